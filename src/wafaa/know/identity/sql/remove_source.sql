-- What a source told first, and ids that stood for themselves and are nobody's any more.
WITH gone AS (
    DELETE FROM know_identity_claim AS claim
    WHERE claim.source = %(source)s OR (
        claim.distinct_id = claim.identifier
        AND NOT EXISTS (SELECT FROM know_customers_distinctid AS known WHERE known.distinct_id = claim.distinct_id)
    )
    RETURNING 1
)
SELECT count(*) FROM gone
