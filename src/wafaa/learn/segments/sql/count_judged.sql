-- Of how many customers (of these, where some were drawn) how many are in.
SELECT
    (
        SELECT count(*) FROM know_customers_customer
        WHERE merged_into_id IS NULL AND (%(drawn)s::bigint[] IS NULL OR id = ANY (%(drawn)s::bigint[]))
    ),
    count(*)
FROM (/*judge*/) AS judged
