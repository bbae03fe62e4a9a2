-- Writes down what came of effects, many at once, and every try of them. What was deferred was no try.
WITH given AS (
    SELECT *
    FROM jsonb_to_recordset(%(settled)s::jsonb) AS told (
        id bigint, state varchar, due_at timestamptz, is_try boolean, began timestamptz, took_ms integer, status integer,
        answer text, error varchar
    )
), written AS (
    UPDATE stream_effect AS effect
    SET
        state = given.state,
        due_at = coalesce(given.due_at, effect.due_at),
        attempts = effect.attempts - CASE WHEN given.is_try THEN 0 ELSE 1 END,
        settled_at = CASE WHEN given.state <> 'pending' THEN %(now)s END,
        sender = NULL,
        leased_until = NULL
    FROM given
    WHERE effect.id = given.id
)
INSERT INTO stream_attempt (effect_id, at, took_ms, status, answer, error)
SELECT id, began, took_ms, status, answer, error FROM given WHERE is_try ORDER BY id
