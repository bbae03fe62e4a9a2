-- Writes messages that are new, each once for its step, customer and channel; gives back those that were.
INSERT INTO act_messages_message (
    uuid, sending_id, step, customer_id, channel, template, language, purpose, topic, lane, priority, values, state, why,
    trace, due_at, deadline, created_at, settled_at, provider_id, is_unsure
)
SELECT
    given.uuid, %(sending)s, given.step, given.customer_id, given.channel, %(template)s, '', %(purpose)s, %(topic)s, %(lane)s,
    %(priority)s, given.told, given.state, given.why, given.trace, given.due_at, given.deadline, %(now)s,
    CASE WHEN given.state IN ('refused', 'lapsed') THEN %(now)s END, '', false
FROM ROWS FROM (
    jsonb_to_recordset(%(messages)s::jsonb) AS (
        uuid uuid, customer_id bigint, channel varchar, step varchar, deadline timestamptz, told jsonb, state varchar, why varchar,
        trace jsonb, due_at timestamptz
    )
) WITH ORDINALITY AS given (uuid, customer_id, channel, step, deadline, told, state, why, trace, due_at, ordinal)
ORDER BY given.ordinal
ON CONFLICT (sending_id, step, customer_id, channel) DO NOTHING
RETURNING id, uuid, state, deadline
