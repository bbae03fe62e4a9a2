-- Of some distinct ids what is parked, asked to be replayed, or on its way outside.
WITH unparked AS (
    DELETE FROM stream_parkedevent WHERE distinct_id = ANY (%(distinct_ids)s::varchar[]) RETURNING 1
), untried AS (
    DELETE FROM stream_attempt USING stream_effect AS effect
    WHERE effect_id = effect.id AND effect.subject = ANY (%(distinct_ids)s::varchar[])
), unsent AS (
    DELETE FROM stream_effect WHERE subject = ANY (%(distinct_ids)s::varchar[]) RETURNING 1
), unasked AS (
    UPDATE stream_replay SET distinct_ids = '["-"]'
    WHERE distinct_ids ?| %(distinct_ids)s::text[]
)
SELECT (SELECT count(*) FROM unparked), (SELECT count(*) FROM unsent)
