-- Counts properties of a wrong type, with the latest message as an example. In sorted order, against deadlocks.
INSERT INTO stream_eventproblem (name, property, expected, found, count, example, source, first_seen_at, last_seen_at)
SELECT
    name, property, expected, found, count(*), (array_agg(example ORDER BY ordinal DESC))[1],
    (array_agg(source ORDER BY ordinal DESC))[1], min(seen_at), max(seen_at)
FROM unnest(
    %(names)s::varchar[], %(properties)s::varchar[], %(expected)s::varchar[], %(found)s::varchar[], %(examples)s::varchar[],
    %(sources)s::varchar[], %(times)s::timestamptz[]
) WITH ORDINALITY AS told (name, property, expected, found, example, source, seen_at, ordinal)
GROUP BY name, property, expected, found
ORDER BY name, property, expected, found
ON CONFLICT (name, property, expected, found) DO UPDATE SET
    count = stream_eventproblem.count + excluded.count,
    example = excluded.example,
    source = excluded.source,
    last_seen_at = greatest(stream_eventproblem.last_seen_at, excluded.last_seen_at)
