-- What came of messages that were handed over, many at once; gives back what the stream is told of them. What was decided meanwhile (a cancellation, a word of the
-- provider) stands, but for one that was sent all the same.
UPDATE act_messages_message AS message
SET
    state = given.state,
    why = given.why,
    due_at = coalesce(given.due_at, message.due_at),
    -- a word of the provider may have come before our own
    settled_at = CASE WHEN given.state <> 'queued' THEN least(CASE WHEN message.state = 'sent' THEN message.settled_at END, %(now)s) END,
    provider_id = coalesce(nullif(given.provider_id, ''), message.provider_id),
    is_unsure = message.is_unsure OR (given.is_unsure AND message.channel <> ALL(%(keyed)s::varchar[])),
    language = coalesce(nullif(given.language, ''), message.language),
    template_number = coalesce(given.template_number, message.template_number),
    trace = CASE WHEN given.trace IS NULL THEN message.trace ELSE message.trace || given.trace END
FROM jsonb_to_recordset(%(messages)s::jsonb) AS given (
    id bigint, state varchar, why varchar, due_at timestamptz, provider_id varchar, is_unsure boolean, language varchar,
    template_number integer, trace jsonb
), act_messages_sending AS sending
WHERE
    message.id = given.id AND sending.id = message.sending_id AND (message.state = 'queued' OR given.state = 'sent')
RETURNING
    message.uuid, message.state, message.why, message.channel, message.step, message.template, message.purpose,
    message.topic, message.settled_at, sending.reason,
    (
        SELECT known.distinct_id FROM know_customers_distinctid AS known
        WHERE known.customer_id = message.customer_id
        ORDER BY known.distinct_id
        LIMIT 1
    )
