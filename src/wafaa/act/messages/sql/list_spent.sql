-- What counts against the budget of some customers since a moment: what was sent, and what is about to be.
SELECT customer_id, id, channel, coalesce(settled_at, due_at) AS at, priority, state = 'queued' AS waits
FROM act_messages_message
WHERE
    customer_id = ANY(%(customer_ids)s::bigint[])
    AND state IN ('queued', 'sent')
    AND purpose <> ALL(%(exempt)s::varchar[])
    AND coalesce(settled_at, due_at) > %(since)s
ORDER BY customer_id, at, id
