-- Facts about orders: times in UTC, days in the business's zone.
SELECT
    id AS order_id, customer_id, ordered_at AT TIME ZONE 'UTC' AS at, (ordered_at AT TIME ZONE %(time_zone)s)::date AS day,
    store_id::integer AS store_id, channel, country, currency, counted, counted_lines, gross_minor,
    CASE
        WHEN cost_minor IS NOT NULL THEN cost_minor
        WHEN (SELECT EXISTS (SELECT FROM know_orders_productcost))
        THEN know_orders_order_cost(id, currency, (ordered_at AT TIME ZONE %(time_zone)s)::date)
    END AS cost_minor,
    discount_minor, tax_minor, shipping_minor
FROM know_orders_order
WHERE id >= %(low)s AND id < %(high)s
ORDER BY id
