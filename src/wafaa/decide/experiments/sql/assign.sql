-- The variant of each of some customers by their place between 0 and 2^32 - 1 (rules.find_bucket), with the distinct id by which
-- the stream is told of it; `told` says that they are known to have met this variant. One who was merged may have met another one.
SELECT placed.id, placed.uuid, placed.variant, link.distinct_id, told.is_told
FROM (
    SELECT
        id, uuid,
        (%(keys)s::varchar[])[1 + width_bucket(
            ('x' || left(encode(sha256(convert_to(%(salt)s || uuid::text, 'UTF8')), 'hex'), 8))::bit(32)::bigint,
            %(cuts)s::bigint[]
        )] AS variant
    FROM know_customers_customer
    WHERE id = ANY (%(customer_ids)s::bigint[])
) AS placed
LEFT JOIN LATERAL (
    SELECT min(distinct_id COLLATE "C") AS distinct_id FROM know_customers_distinctid WHERE customer_id = placed.id
) AS link ON true
LEFT JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM know_customers_distinctid AS known
        JOIN decide_experiments_exposure AS exposure
            ON exposure.experiment_id = %(experiment_id)s AND exposure.distinct_id = known.distinct_id
        JOIN decide_experiments_variant AS variant ON variant.id = exposure.variant_id
        WHERE known.customer_id = placed.id AND variant.key = placed.variant
    ) AS is_told
) AS told ON %(asks_told)s
ORDER BY placed.id
