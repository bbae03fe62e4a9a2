-- The highest key of the refund line facts.
SELECT max(id) FROM know_orders_refund
