-- The customers that a source told of.
DELETE FROM know_customers_customer WHERE source = %(source)s
