-- Makes a traveller for each distinct id that a device or a milestone of these events tells of, in sorted order: of two
-- transactions with an id in common the second waits.
INSERT INTO know_journey_traveller (distinct_id, source)
SELECT DISTINCT ON (distinct_id COLLATE "C") distinct_id, source
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
WHERE NOT %(devices_only)s OR know_journey_is_touch(source, type, context)
ORDER BY distinct_id COLLATE "C", ordinal
ON CONFLICT DO NOTHING
