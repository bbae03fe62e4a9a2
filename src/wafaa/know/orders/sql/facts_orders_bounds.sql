-- The highest key of the order facts.
SELECT max(id) FROM know_orders_order
