-- Events of members who are new, by the customer's own distinct id before a browser's.
SELECT
    'joined:' || member.uuid, 'track', %(name)s::varchar, known.distinct_id, member.joined_at,
    json_build_object('programme', programme.uuid, 'member', member.uuid, 'via', 'order'), '{}', %(source)s::varchar
FROM decide_loyalty_member AS member
JOIN decide_loyalty_programme AS programme ON programme.id = member.programme_id
CROSS JOIN LATERAL (
    SELECT one.distinct_id
    FROM know_customers_distinctid AS one
    WHERE one.customer_id = member.customer_id
    ORDER BY one.distinct_id LIKE 'anonymous:%%', one.distinct_id COLLATE "C"
    LIMIT 1
) AS known
WHERE member.id = ANY (%(members)s::bigint[])
ORDER BY member.id
