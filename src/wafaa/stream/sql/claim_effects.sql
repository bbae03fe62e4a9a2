-- Gives a sender effects of one kind that are due, the oldest first, and no destination more than it may have at once.
-- Rows that another sender is taking at this moment are passed over, so that two never get the same one.
WITH roomy AS (
    SELECT
        destination.id,
        CASE WHEN destination.is_slow OR destination.failures > 0 THEN 1 ELSE %(width)s END - (
            SELECT count(*) FROM stream_effect AS flying
            WHERE flying.destination_id = destination.id AND flying.state = 'in_flight'
        ) AS room
    FROM stream_destination AS destination
    WHERE
        destination.kind = %(kind)s
        AND NOT destination.is_paused
        AND coalesce(destination.rests_until, %(now)s) <= %(now)s
), chosen AS (
    SELECT due.id
    FROM roomy
    CROSS JOIN LATERAL (
        SELECT waiting.id, waiting.due_at
        FROM stream_effect AS waiting
        WHERE waiting.destination_id = roomy.id AND waiting.state = 'pending' AND waiting.due_at <= %(now)s
        ORDER BY waiting.due_at, waiting.id
        LIMIT greatest(roomy.room, 0)
        FOR UPDATE SKIP LOCKED
    ) AS due
    ORDER BY due.due_at, due.id
    LIMIT %(limit)s
)
UPDATE stream_effect AS effect
SET state = 'in_flight', sender = %(sender)s, leased_until = %(leased_until)s, attempts = effect.attempts + 1
FROM chosen, stream_destination AS destination
WHERE effect.id = chosen.id AND destination.id = effect.destination_id
RETURNING
    effect.id, effect.uuid, effect.key, destination.name, effect.subject, effect.payload::text, effect.attempts,
    effect.created_at,
    effect.attempts > 1 AND EXISTS (
        SELECT FROM stream_attempt AS tried WHERE tried.effect_id = effect.id AND tried.error IN ('sender_lost', 'line_lost')
    )
