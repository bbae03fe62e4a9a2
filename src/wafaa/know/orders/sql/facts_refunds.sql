-- Facts about refunds: times in UTC, days in the business's zone.
SELECT
    id AS refund_id, order_id, customer_id, refunded_at AT TIME ZONE 'UTC' AS at,
    (refunded_at AT TIME ZONE %(time_zone)s)::date AS day, store_id::integer AS store_id, channel, country, currency,
    amount_minor
FROM know_orders_refund
WHERE id >= %(low)s AND id < %(high)s
ORDER BY id
