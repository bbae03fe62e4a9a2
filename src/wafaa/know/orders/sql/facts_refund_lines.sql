-- Facts about refund lines; rewritten with their refund.
SELECT refund_id, ordinal, product_id, amount_minor
FROM know_orders_refundline
WHERE refund_id >= %(low)s AND refund_id < %(high)s
ORDER BY refund_id, ordinal
