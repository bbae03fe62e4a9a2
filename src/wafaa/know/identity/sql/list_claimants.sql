-- Who claims each of these identifiers: so many accounts and visitors of each that one sees whether they are too many.
SELECT claimant.distinct_id, asked.identifier
FROM unnest(%(identifiers)s::varchar[]) AS asked (identifier)
CROSS JOIN LATERAL (
    (
        SELECT distinct_id FROM know_identity_claim AS claim
        WHERE claim.identifier = asked.identifier AND NOT by_visitor AND claim.distinct_id <> asked.identifier
        LIMIT %(accounts)s
    )
    UNION ALL
    (
        SELECT distinct_id FROM know_identity_claim AS claim
        WHERE claim.identifier = asked.identifier AND NOT by_visitor AND claim.distinct_id = asked.identifier
    )
    UNION ALL
    (
        SELECT distinct_id FROM know_identity_claim AS claim
        WHERE claim.identifier = asked.identifier AND by_visitor
        LIMIT %(visitors)s
    )
) AS claimant
