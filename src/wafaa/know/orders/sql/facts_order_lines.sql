-- Facts about order lines; rewritten with their order.
SELECT order_id, ordinal, product_id, quantity, amount_minor, cost_minor, counted
FROM know_orders_orderline
WHERE order_id >= %(low)s AND order_id < %(high)s
ORDER BY order_id, ordinal
