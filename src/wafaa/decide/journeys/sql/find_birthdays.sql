-- The next customers who were born on one of some days.
SELECT id
FROM know_customers_customer
WHERE id > %(after)s AND merged_into_id IS NULL AND birth_date = ANY (%(days)s::date[])
ORDER BY id
LIMIT %(limit)s
