-- Takes back what was asked for and nobody has begun; its key is free again. Returns the keys.
WITH chosen AS (
    SELECT id FROM stream_effect
    WHERE key = ANY(%(keys)s::varchar[]) AND kind = %(kind)s AND state = 'pending'
    ORDER BY id
    FOR UPDATE SKIP LOCKED
), tries AS (
    DELETE FROM stream_attempt USING chosen WHERE effect_id = chosen.id
)
DELETE FROM stream_effect AS effect USING chosen WHERE effect.id = chosen.id
RETURNING effect.key
