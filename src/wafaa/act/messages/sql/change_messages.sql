-- What became of messages, many at once: state, reason, when it is asked again, and one more line of the trace each.
UPDATE act_messages_message AS message
SET
    state = given.state,
    why = given.why,
    due_at = coalesce(given.due_at, message.due_at),
    settled_at = CASE WHEN given.state NOT IN ('held', 'queued') THEN %(now)s END,
    trace = CASE WHEN given.trace = '' THEN message.trace ELSE message.trace || given.trace::jsonb END
FROM unnest(
    %(ids)s::bigint[], %(states)s::varchar[], %(whys)s::varchar[], %(due)s::timestamptz[], %(traces)s::text[]
) AS given (id, state, why, due_at, trace)
WHERE message.id = given.id
