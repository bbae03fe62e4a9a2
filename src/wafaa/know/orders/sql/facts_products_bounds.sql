-- The highest key of the product facts.
SELECT max(id) FROM know_orders_product
