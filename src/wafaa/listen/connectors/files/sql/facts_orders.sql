-- Facts about orders: times in UTC, days in the business's zone.
SELECT
    order_no::BIGINT AS order_id, customer_no::BIGINT AS customer_id, orders.happened_at AS at,
    CAST(timezone({time_zone}, timezone('UTC', orders.happened_at)) AS DATE) AS day,
    store_id, coalesce(channel, '') AS channel, coalesce(orders.country, '') AS country, currency, counted, counted_lines,
    gross_minor, cost_minor, discount_minor, tax_minor, shipping_minor
FROM orders
LEFT JOIN customers USING (distinct_id)
LEFT JOIN store ON store.code = orders.store
ORDER BY order_no
