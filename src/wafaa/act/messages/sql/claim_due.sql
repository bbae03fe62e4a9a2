-- Messages whose moment has come, the weightiest first; those that somebody else looks at are passed over.
SELECT message.id
FROM act_messages_message AS message
JOIN act_messages_sending AS sending ON sending.id = message.sending_id
WHERE message.state = 'held' AND message.due_at <= %(now)s AND (sending.state <> 'paused' OR message.deadline <= %(now)s)
ORDER BY message.priority DESC, message.due_at, message.id
LIMIT %(limit)s
FOR UPDATE OF message SKIP LOCKED
