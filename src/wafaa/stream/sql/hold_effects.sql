-- Effects that a sender has in hand, or had until its lease ended; in one order, so that two who settle never wait for each other.
SELECT effect.id, effect.state, effect.attempts, effect.retry_until, effect.destination_id
FROM stream_effect AS effect
WHERE effect.id = ANY(%(ids)s) AND effect.sender = %(sender)s AND effect.state IN ('in_flight', 'pending')
ORDER BY effect.id
FOR UPDATE
