-- Facts about refunds; the store is the bought order's where the refund names none.
SELECT
    refund_no::BIGINT AS refund_id, refunds.order_no::BIGINT AS order_id, customer_no::BIGINT AS customer_id,
    refunds.happened_at AS at,
    CAST(timezone({time_zone}, timezone('UTC', refunds.happened_at)) AS DATE) AS day,
    store_id, coalesce(refunds.channel, '') AS channel, coalesce(refunds.country, '') AS country, refunds.currency,
    refunds.amount_minor
FROM refunds
LEFT JOIN orders AS bought ON bought.order_no = refunds.order_no
LEFT JOIN customers ON customers.distinct_id = coalesce(refunds.distinct_id, bought.distinct_id)
LEFT JOIN store ON store.code = coalesce(refunds.store, bought.store)
ORDER BY refund_no
