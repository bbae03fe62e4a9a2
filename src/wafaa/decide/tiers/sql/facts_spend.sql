-- What members spent and kept: orders without what was refunded of them (in another currency: all), came back in them or was paid
-- with points, less refunds that belong to no order.
SELECT member.id AS member_id, bought.ordered_at AS at, bought.kept AS amount
FROM member
CROSS JOIN bound
CROSS JOIN LATERAL (
    SELECT
        one.ordered_at,
        greatest(0, one.gross_minor - coalesce(part.amount_minor, 0) - coalesce((
            SELECT sum(CASE WHEN refund.currency IN ('', one.currency) THEN refund.amount_minor ELSE one.gross_minor END)
            FROM know_orders_refund AS refund WHERE refund.order_id = one.id), 0) + coalesce((
            SELECT sum(line.amount_minor) FROM know_orders_orderline AS line
            WHERE line.order_id = one.id AND NOT line.counted AND line.amount_minor < 0), 0)) AS kept
    FROM know_orders_order AS one
    LEFT JOIN decide_loyalty_paidpart AS part ON part.order_id = one.id
    WHERE one.customer_id = member.customer_id AND one.counted AND one.currency = %(currency)s
        AND one.ordered_at >= greatest(bound.least, member.since)
) AS bought
WHERE bought.kept > 0
UNION ALL
SELECT member.id, refund.refunded_at, -refund.amount_minor
FROM member
CROSS JOIN bound
JOIN know_orders_refund AS refund ON refund.customer_id = member.customer_id AND refund.order_id IS NULL
    AND refund.currency = %(currency)s AND refund.refunded_at >= greatest(bound.least, member.since)
