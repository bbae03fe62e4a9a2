-- Facts about customers: no personal data. Whoever was merged into another is no customer of their own; their row was written
-- by the merge, so the part is written anew without them, and again with them when the merge is undone.
SELECT id AS customer_id, country, city, language
FROM know_customers_customer
WHERE id >= %(low)s AND id < %(high)s AND merged_into_id IS NULL
ORDER BY id
