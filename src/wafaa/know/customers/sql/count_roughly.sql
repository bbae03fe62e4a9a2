-- How many customers there were when the table was last measured.
SELECT reltuples::bigint FROM pg_class WHERE oid = 'know_customers_customer'::regclass
