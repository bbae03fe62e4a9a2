-- The highest key of the refund facts.
SELECT max(id) FROM know_orders_refund
