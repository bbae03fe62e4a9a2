-- Parks what waits for a destination that has been failing, once its time is over. A destination that was only not asked
-- (the worker stood still) keeps what waits: it may well answer. The hour lets the last try come first.
WITH over AS (
    SELECT effect.id
    FROM stream_destination AS destination
    JOIN stream_effect AS effect ON effect.destination_id = destination.id
    WHERE
        destination.failing_since IS NOT NULL AND NOT destination.is_paused
        AND effect.state = 'pending' AND effect.retry_until < %(now)s - interval '1 hour'
    LIMIT 1000
    FOR UPDATE OF effect SKIP LOCKED
)
UPDATE stream_effect AS effect
SET state = 'parked', settled_at = %(now)s
FROM over
WHERE effect.id = over.id
