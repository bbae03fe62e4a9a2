-- Of some events those that speak of consents: all that are named so, and identify events with the trait.
SELECT distinct_id, name, message_id, occurred_at, source, properties::text
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
WHERE name <> 'identify' OR properties -> 'consents' IS NOT NULL
ORDER BY ordinal
