-- Whoever reckons for a member waits here for whoever does already: those who bought these orders, and those whose occasions they were.
SELECT member.id
FROM decide_loyalty_member AS member
WHERE member.id IN (
    SELECT buyer.id
    FROM know_orders_order AS bought JOIN decide_loyalty_member AS buyer ON buyer.customer_id = bought.customer_id
    WHERE bought.id = ANY (%(orders)s::bigint[])
    UNION
    SELECT occasion.member_id
    FROM decide_loyalty_programme AS programme
    CROSS JOIN unnest(%(orders)s::bigint[]) AS one (id)
    JOIN decide_loyalty_occasion AS occasion ON occasion.programme_id = programme.id AND occasion.key = 'order:' || one.id
    UNION
    SELECT unnest(%(members)s::bigint[])
)
ORDER BY member.id
FOR NO KEY UPDATE
