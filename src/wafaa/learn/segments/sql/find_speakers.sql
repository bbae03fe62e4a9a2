-- Whose distinct ids these are.
SELECT customer_id, distinct_id FROM know_customers_distinctid WHERE distinct_id = ANY (%(distinct_ids)s::varchar[])
