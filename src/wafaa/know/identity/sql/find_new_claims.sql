-- Which of these are told for the first time: their places in the arrays, from 1.
SELECT told.place
FROM unnest(%(distinct_ids)s::varchar[], %(kinds)s::varchar[], %(identifiers)s::varchar[])
    WITH ORDINALITY AS told (distinct_id, kind, identifier, place)
WHERE NOT EXISTS (
    SELECT FROM know_identity_claim AS claim
    WHERE claim.distinct_id = told.distinct_id AND claim.kind = told.kind AND claim.identifier = told.identifier
)
