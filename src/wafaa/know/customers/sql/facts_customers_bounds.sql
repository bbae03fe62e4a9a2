-- The highest key of the customer facts.
SELECT max(id) FROM know_customers_customer
