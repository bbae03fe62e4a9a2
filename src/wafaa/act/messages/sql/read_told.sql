-- What the stream is told of messages that came to an end, with one of the ids by which it knows whom it is about.
SELECT
    message.uuid, message.state, message.why, message.channel, message.step, message.template, message.purpose,
    message.topic, message.settled_at, sending.reason,
    (
        SELECT known.distinct_id FROM know_customers_distinctid AS known
        WHERE known.customer_id = message.customer_id
        ORDER BY known.distinct_id
        LIMIT 1
    )
FROM act_messages_message AS message
JOIN act_messages_sending AS sending ON sending.id = message.sending_id
WHERE message.id = ANY(%(ids)s::bigint[])
ORDER BY message.id
