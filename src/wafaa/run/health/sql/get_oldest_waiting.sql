-- For how many seconds the oldest event has waited that stands behind a consumer's last place; NULL when none waits.
SELECT extract(epoch FROM clock_timestamp() - min(first.received_at))
FROM (
    SELECT xid, position FROM stream_checkpoint
    WHERE consumer = ANY (%(checkpoints)s)
    ORDER BY xid, position
    LIMIT 1
) AS place
CROSS JOIN unnest(%(names)s::varchar[]) AS heard (heard_name)
CROSS JOIN LATERAL (
    SELECT received_at FROM stream_event AS event
    WHERE event.name = heard_name AND (event.xid, event.position) > (place.xid, place.position)
    ORDER BY event.xid, event.position
    LIMIT 1
) AS first
