-- Keeps what is told for the first time, in the order of the key.
INSERT INTO know_identity_claim
    (distinct_id, kind, identifier, by_visitor, position, occurred_at, source)
SELECT *
FROM unnest(
    %(distinct_ids)s::varchar[], %(kinds)s::varchar[], %(identifiers)s::varchar[], %(by_visitors)s::boolean[],
    %(positions)s::bigint[], %(moments)s::timestamptz[], %(sources)s::varchar[]
) AS told (distinct_id, kind, identifier, by_visitor, position, occurred_at, source)
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
RETURNING distinct_id, identifier
