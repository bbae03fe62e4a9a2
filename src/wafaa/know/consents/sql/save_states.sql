-- Writes statements that are new and the latest moment of each sort. Of statements that come at once, in any order, and of the
-- same that come again the result is the same. Rows are written in the order of their keys, so that two writers wait for each
-- other instead of deadlocking.
WITH told AS (
    SELECT * FROM unnest(
        %(keys)s::uuid[], %(uuids)s::uuid[], %(distinct_ids)s::varchar[], %(channels)s::varchar[], %(purposes)s::varchar[],
        %(givens)s::boolean[], %(dateds)s::boolean[], %(times)s::timestamptz[], %(sources)s::varchar[], %(places)s::varchar[],
        %(versions)s::varchar[], %(proofs)s::jsonb[], %(reasons)s::varchar[], %(staff)s::bigint[], %(vias)s::varchar[]
    ) AS one (
        key, uuid, distinct_id, channel, purpose, is_given, is_dated, at, source, place, text_version, proof, reason, staff_id, via
    )
), fresh AS (
    INSERT INTO know_consents_consent
        (key, uuid, distinct_id, channel, purpose, is_given, is_dated, at, recorded_at, source, place, text_version, proof,
        reason, staff_id, via)
    SELECT key, uuid, distinct_id, channel, purpose, is_given, is_dated, at, %(now)s, source, place, text_version, proof,
        reason, staff_id, via
    FROM told ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING distinct_id, channel, purpose, is_given, is_dated, at
), saved AS (
    INSERT INTO know_consents_consentstate AS state
        (distinct_id, channel, purpose, given_at, withdrawn_at, noted_at, denied_at)
    SELECT
        distinct_id, channel, purpose,
        max(at) FILTER (WHERE is_given AND is_dated), max(at) FILTER (WHERE NOT is_given AND is_dated),
        max(at) FILTER (WHERE is_given AND NOT is_dated), max(at) FILTER (WHERE NOT is_given AND NOT is_dated)
    FROM fresh
    GROUP BY distinct_id, channel, purpose
    ORDER BY distinct_id, channel, purpose
    ON CONFLICT (distinct_id, channel, purpose) DO UPDATE SET
        given_at = greatest(state.given_at, excluded.given_at),
        withdrawn_at = greatest(state.withdrawn_at, excluded.withdrawn_at),
        noted_at = greatest(state.noted_at, excluded.noted_at),
        denied_at = greatest(state.denied_at, excluded.denied_at)
    RETURNING 1
)
SELECT count(*) FROM fresh
