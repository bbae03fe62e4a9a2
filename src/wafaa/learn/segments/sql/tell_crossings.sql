-- Events of who entered and who left, by the customer's own distinct id before a browser's, the same each time. Of a customer
-- without any (merged, erased) nothing is told.
SELECT
    concat('segment:', build.uuid, ':', person.uuid, ':', %(moment)s::text, CASE WHEN has_entered THEN ':entered' ELSE ':exited' END),
    'track', CASE WHEN has_entered THEN %(entered)s::varchar ELSE %(exited)s::varchar END, known.distinct_id, %(now)s::timestamptz,
    build.properties, '{}', %(source)s::varchar
FROM unnest(%(build_ids)s::bigint[], %(customer_ids)s::bigint[], %(deeds)s::boolean[]) WITH ORDINALITY
    AS crossing (build_id, customer_id, has_entered, ordinal)
JOIN unnest(%(builds)s::bigint[], %(uuids)s::uuid[], %(properties)s::json[]) AS build (id, uuid, properties) ON build.id = build_id
JOIN know_customers_customer AS person ON person.id = crossing.customer_id
CROSS JOIN LATERAL (
    SELECT one.distinct_id
    FROM know_customers_distinctid AS one
    WHERE one.customer_id = person.id
    ORDER BY one.distinct_id LIKE 'anonymous:%%', one.distinct_id COLLATE "C"
    LIMIT 1
) AS known
ORDER BY crossing.ordinal
