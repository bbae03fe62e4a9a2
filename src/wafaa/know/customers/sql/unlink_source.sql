-- The distinct ids of customers that a source told of.
DELETE FROM know_customers_distinctid USING know_customers_customer AS customer
WHERE customer_id = customer.id AND customer.source = %(source)s
