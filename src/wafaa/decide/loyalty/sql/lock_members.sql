-- Whoever reckons for a member waits here for whoever does already: those who bought these orders, and those whose occasions they were.
SELECT id
FROM decide_loyalty_member
WHERE id = ANY (ARRAY(
    SELECT buyer.id
    FROM know_orders_order AS bought JOIN decide_loyalty_member AS buyer ON buyer.customer_id = bought.customer_id
    WHERE bought.id = ANY (%(orders)s::bigint[])
    UNION
    SELECT unnest(%(members)s::bigint[])
))
ORDER BY id
FOR NO KEY UPDATE
