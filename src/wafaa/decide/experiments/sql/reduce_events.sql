-- Per variant how many people an event of a name was told of within their window. The people come from one of the people_*.sql.
WITH people AS MATERIALIZED (
    {people}
), named AS (
    SELECT people.customer_id, NULL::varchar AS own_id, link.distinct_id, people.first_at
    FROM people
    JOIN know_customers_distinctid AS link ON link.customer_id = people.customer_id
    WHERE people.is_complete AND NOT people.is_mixed
    UNION ALL
    SELECT NULL, distinct_id, distinct_id, first_at
    FROM people
    WHERE customer_id IS NULL AND is_complete AND NOT is_mixed
), told AS (
    SELECT
        customer_id, distinct_id, CASE WHEN NOT is_mixed THEN variant_id END AS variant_id, is_complete, first_at,
        false AS did
    FROM people
    UNION ALL
    SELECT named.customer_id, named.own_id, NULL, NULL, NULL, true
    FROM named
    JOIN stream_events AS word ON word.distinct_id = named.distinct_id
    WHERE word.name = %(event)s AND word.occurred_at >= named.first_at
        AND word.occurred_at < named.first_at + %(window)s
), persons AS (
    SELECT
        max(variant_id) AS variant_id, bool_or(is_complete) AS is_complete, max(first_at) AS first_at, bool_or(did) AS did
    FROM told
    GROUP BY customer_id, distinct_id
)
SELECT
    variant_id, count(*) AS people, count(*) FILTER (WHERE is_complete) AS n, count(*) FILTER (WHERE did) AS active,
    min(first_at) AS first_at, max(first_at) AS last_at
FROM persons
GROUP BY variant_id
ORDER BY variant_id
