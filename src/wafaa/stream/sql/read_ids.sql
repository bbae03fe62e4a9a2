-- Message ids and times of some events, without their contents.
SELECT ordinal, message_id, occurred_at
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
