-- Messages that are about to go, with the state of their sending and what is known of their readers.
SELECT
    message.id, message.uuid, message.state, sending.state, message.channel, message.template, message.purpose,
    message.topic, message.priority, message.deadline, message.values::text, message.provider_id,
    reader.id, reader.uuid, reader.name, reader.email, reader.phone, reader.language, reader.country, reader.city
FROM act_messages_message AS message
JOIN act_messages_sending AS sending ON sending.id = message.sending_id
JOIN know_customers_customer AS told ON told.id = message.customer_id
JOIN know_customers_customer AS reader ON reader.id = coalesce(told.merged_into_id, told.id)
WHERE message.id = ANY(%(ids)s::bigint[])
