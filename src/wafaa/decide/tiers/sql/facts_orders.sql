-- Orders of which something is kept.
SELECT member.id AS member_id, one.ordered_at AS at, 1::numeric AS amount
FROM member
CROSS JOIN bound
JOIN know_orders_order AS one ON one.customer_id = member.customer_id AND one.counted
    AND one.ordered_at >= greatest(bound.least, member.since)
WHERE one.gross_minor > coalesce((
    SELECT sum(refund.amount_minor) FROM know_orders_refund AS refund WHERE refund.order_id = one.id), 0)
