-- What people bought in the period, as members and otherwise: an order is a member's whose customer was one when it was placed. Money
-- of the reporting currency only, less refunds of the period. Members are looked up once for each customer.
WITH told AS (
    SELECT customer_id, ordered_at AS at, gross_minor AS minor, true AS is_order, currency = %(currency)s AS is_ours
    FROM know_orders_order
    WHERE counted AND ordered_at >= %(since)s::timestamptz AND ordered_at < %(until)s::timestamptz
    UNION ALL
    SELECT customer_id, refunded_at, -amount_minor, false, currency = %(currency)s
    FROM know_orders_refund
    WHERE customer_id IS NOT NULL AND refunded_at >= %(since)s::timestamptz AND refunded_at < %(until)s::timestamptz
), people AS (
    SELECT
        told.customer_id,
        count(*) FILTER (WHERE is_order AND is_member) AS our_orders,
        count(*) FILTER (WHERE is_order AND NOT is_member) AS other_orders,
        coalesce(sum(minor) FILTER (WHERE is_ours AND is_member), 0) AS our_minor,
        coalesce(sum(minor) FILTER (WHERE is_ours AND NOT is_member), 0) AS other_minor,
        count(*) FILTER (WHERE is_order AND NOT is_ours) AS foreign_orders
    FROM (
        SELECT
            told.*, coalesce(member.joined_at <= told.at AND (member.left_at IS NULL OR told.at < member.left_at), false) AS is_member
        FROM told
        LEFT JOIN decide_loyalty_member AS member
            ON member.programme_id = %(programme)s AND member.customer_id = told.customer_id
    ) AS told
    GROUP BY told.customer_id
)
SELECT
    count(*) FILTER (WHERE our_orders > 0 OR other_orders > 0) AS buyers,
    count(*) FILTER (WHERE our_orders > 0) AS our_buyers, count(*) FILTER (WHERE other_orders > 0) AS other_buyers,
    coalesce(sum(our_orders), 0) AS our_orders, coalesce(sum(our_orders * our_orders), 0) AS our_orders_squared,
    coalesce(sum(other_orders), 0) AS other_orders, coalesce(sum(other_orders * other_orders), 0) AS other_orders_squared,
    coalesce(sum(our_minor), 0) AS our_minor, coalesce(sum(other_minor), 0) AS other_minor,
    coalesce(sum(our_minor) FILTER (WHERE our_orders > 0), 0) AS our_spent,
    coalesce(sum(our_minor * our_minor) FILTER (WHERE our_orders > 0), 0) AS our_spent_squared,
    coalesce(sum(other_minor) FILTER (WHERE other_orders > 0), 0) AS other_spent,
    coalesce(sum(other_minor * other_minor) FILTER (WHERE other_orders > 0), 0) AS other_spent_squared,
    coalesce(sum(foreign_orders), 0) AS foreign_orders
FROM people
