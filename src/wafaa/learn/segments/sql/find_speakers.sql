-- Whose distinct ids these are.
SELECT DISTINCT customer_id FROM know_customers_distinctid WHERE distinct_id = ANY (%(distinct_ids)s::varchar[])
