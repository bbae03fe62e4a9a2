-- Takes the message ids that were never recorded, given as a JSON list, and returns them with the transaction; those of people
-- who were erased count as recorded. In sorted order, so that two recorders with ids in common wait for each other instead of
-- deadlocking.
INSERT INTO stream_messageid (message_id)
SELECT DISTINCT message_id FROM json_array_elements_text(%s::json) AS given (message_id)
WHERE NOT (SELECT EXISTS (SELECT FROM stream_erasedmessage)) OR NOT EXISTS (
    SELECT FROM stream_erasedmessage CROSS JOIN stream_erasuresalt WHERE digest = stream_digest(salt, message_id)
)
ORDER BY message_id
ON CONFLICT DO NOTHING
RETURNING message_id
