-- The highest key of the store facts.
SELECT max(id) FROM know_orders_store
