-- The properties of some events, in the order in which their places are given.
SELECT properties::text
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
ORDER BY ordinal
