-- Whoever reckons for a member waits here for whoever does already: those who bought these orders, and those whose occasions they were.
SELECT member.id
FROM decide_loyalty_member AS member
WHERE member.id IN (
    SELECT id FROM decide_loyalty_member WHERE customer_id IN (
        SELECT customer_id FROM know_orders_order WHERE id = ANY (%(orders)s::bigint[]))
    UNION
    SELECT member_id FROM decide_loyalty_occasion
    WHERE (programme_id, key) IN (
        SELECT programme.id, 'order:' || one FROM decide_loyalty_programme AS programme, unnest(%(orders)s::bigint[]) AS one)
    UNION
    SELECT member_id FROM decide_loyalty_occasion WHERE id = ANY (%(occasions)s::bigint[])
    UNION
    SELECT unnest(%(members)s::bigint[])
)
ORDER BY member.id
FOR NO KEY UPDATE
