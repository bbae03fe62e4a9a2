-- The highest key of the order line facts.
SELECT max(id) FROM know_orders_order
