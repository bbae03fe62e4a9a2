-- Some customers (or a part of all), as if they had come in one window ago.
SELECT
    id AS customer_id, NULL::varchar AS distinct_id, 0::bigint AS variant_id, false AS is_mixed,
    %(as_of)s - %(window)s AS first_at, true AS is_complete
FROM know_customers_customer
WHERE
    merged_into_id IS NULL AND (%(customer_ids)s::bigint[] IS NULL OR id = ANY (%(customer_ids)s::bigint[])) AND id %% %(step)s = 0
