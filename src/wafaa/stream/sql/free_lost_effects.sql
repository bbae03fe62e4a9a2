-- Takes effects back whose sender is dead: nobody renewed their lease. Whether they arrived is not known, so they are sent
-- again with the same id; at once at first, later and later if senders keep dying over them. Who had one stays written
-- until somebody else takes it: a sender that was only cut off may still tell that it is done.
WITH lost AS (
    SELECT id FROM stream_effect
    WHERE state = 'in_flight' AND leased_until < %(now)s AND (%(kinds)s::varchar[] = '{}' OR kind = ANY(%(kinds)s::varchar[]))
    LIMIT 1000
    FOR UPDATE SKIP LOCKED
), freed AS (
    UPDATE stream_effect AS effect
    SET
        state = CASE WHEN retry_until < %(now)s THEN 'parked' ELSE 'pending' END,
        settled_at = CASE WHEN retry_until < %(now)s THEN %(now)s END,
        leased_until = NULL,
        due_at = %(now)s + CASE WHEN attempts <= 2 THEN interval '0' ELSE attempts * interval '1 minute' END
    FROM lost
    WHERE effect.id = lost.id
    RETURNING effect.id
)
INSERT INTO stream_attempt (effect_id, at, took_ms, answer, error)
SELECT id, %(now)s, 0, '', 'sender_lost' FROM freed
