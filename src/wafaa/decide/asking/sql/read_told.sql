-- What came of messages by which somebody was asked: the rule, the step, what happened, why, by which channel, when, and the distinct id of whom.
SELECT
    substr(event.properties ->> 'reason', 8), event.properties ->> 'step', event.name,
    coalesce(event.properties ->> 'why', ''), coalesce(event.properties ->> 'channel', ''), event.occurred_at, event.distinct_id
FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
WHERE event.properties ->> 'reason' LIKE 'asking:%%' AND event.source = %(source)s AND event.properties ->> 'step' IS NOT NULL
ORDER BY event.ordinal
