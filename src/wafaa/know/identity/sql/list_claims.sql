-- What each of these ids claims: so much of each kind that one sees whether it is too much.
SELECT asked.distinct_id, claim.identifier
FROM unnest(%(distinct_ids)s::varchar[]) AS asked (distinct_id)
CROSS JOIN unnest(%(kinds)s::varchar[], %(limits)s::bigint[]) AS of_kind (kind, most)
CROSS JOIN LATERAL (
    SELECT identifier FROM know_identity_claim AS told
    WHERE told.distinct_id = asked.distinct_id AND told.kind = of_kind.kind
    LIMIT of_kind.most
) AS claim
