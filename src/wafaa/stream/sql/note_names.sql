-- Lists the names of a batch of events, with how often and when they came. In sorted order, against deadlocks.
INSERT INTO stream_eventname (name, first_seen_at, last_seen_at, count)
SELECT name, min(received_at), max(received_at), count(*)
FROM unnest(%(names)s::varchar[], %(times)s::timestamptz[]) AS heard (name, received_at)
GROUP BY name
ORDER BY name
ON CONFLICT (name) DO UPDATE SET
    first_seen_at = least(stream_eventname.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(stream_eventname.last_seen_at, excluded.last_seen_at),
    count = stream_eventname.count + excluded.count
