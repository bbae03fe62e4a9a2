-- What the file would bring, in one row.
SELECT
    (SELECT count(*) FROM priced) AS good_lines,
    (SELECT count(*) FILTER (sale.counted) FROM sale JOIN told_order USING (order_no) WHERE told_order.counted) AS counted_lines,
    count(*) AS orders,
    count(*) FILTER (counted) AS counted_orders,
    count(DISTINCT distinct_id) FILTER (counted) AS counted_customers,
    (SELECT count(*) FROM told_refund) AS refunds,
    (SELECT count(*) FROM customer) AS customers,
    count(*) FILTER (distinct_id IS NULL) AS orders_without_customer,
    count(*) FILTER (is_cancelled) AS cancelled_orders,
    (SELECT count(*) FROM every_problem) AS problems,
    coalesce(sum(gross_minor) FILTER (counted AND currency = {currency}), 0)::BIGINT AS gross_minor,
    (SELECT coalesce(sum(amount_minor) FILTER (currency = {currency}), 0)::BIGINT FROM told_refund) AS refunded_minor,
    coalesce(strftime(timezone({zone}, timezone('UTC', min(happened_at))), '%Y-%m-%d'), '') AS first_day,
    coalesce(strftime(timezone({zone}, timezone('UTC', max(happened_at))), '%Y-%m-%d'), '') AS last_day
FROM told_order
