-- Messages that a provider says it has, whatever became of our own connection to it: sent at the latest then, and not to be sent again. Gives back what the
-- stream is told. Of what is sent already an earlier moment counts, so that the order in which words are heard changes nothing.
UPDATE act_messages_message AS message
SET
    state = 'sent',
    why = '',
    settled_at = CASE WHEN message.state = 'sent' THEN least(message.settled_at, given.at) ELSE given.at END,
    provider_id = coalesce(nullif(message.provider_id, ''), given.provider_id)
FROM jsonb_to_recordset(%(words)s::jsonb) AS given (id bigint, at timestamptz, provider_id varchar), act_messages_sending AS sending
WHERE
    message.id = given.id AND sending.id = message.sending_id
    AND (
        message.state IN ('queued', 'held', 'failed', 'lapsed', 'cancelled')
        OR (message.state = 'sent' AND message.settled_at > given.at)
    )
RETURNING
    message.uuid, message.state, message.why, message.channel, message.step, message.template, message.purpose,
    message.topic, message.settled_at, sending.reason,
    (
        SELECT known.distinct_id FROM know_customers_distinctid AS known
        WHERE known.customer_id = message.customer_id
        ORDER BY known.distinct_id
        LIMIT 1
    )
