-- The contents of some events, in the order in which their places are given.
SELECT message_id, type, name, distinct_id, occurred_at, properties::text, context::text, source
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
ORDER BY ordinal
