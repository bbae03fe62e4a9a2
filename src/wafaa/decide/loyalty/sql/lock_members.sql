-- Whoever reckons for a member waits here for whoever does already: those who bought these orders, and those whose occasions they were.
SELECT id
FROM decide_loyalty_member
WHERE id = ANY (ARRAY(
    SELECT buyer.id
    FROM unnest(%(orders)s::bigint[]) AS one (id)
    CROSS JOIN LATERAL (SELECT customer_id FROM know_orders_order WHERE id = one.id OFFSET 0) AS bought
    CROSS JOIN LATERAL (SELECT id FROM decide_loyalty_member WHERE customer_id = bought.customer_id OFFSET 0) AS buyer
    UNION
    SELECT occasion.member_id
    FROM unnest(%(orders)s::bigint[]) AS one (id)
    CROSS JOIN LATERAL (
        SELECT member_id FROM decide_loyalty_occasion
        WHERE programme_id = ANY (ARRAY(SELECT id FROM decide_loyalty_programme)) AND key = 'order:' || one.id
        OFFSET 0
    ) AS occasion
    UNION
    SELECT unnest(%(members)s::bigint[])
))
ORDER BY id
FOR NO KEY UPDATE
