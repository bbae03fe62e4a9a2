-- Facts about customers: no personal data.
SELECT id AS customer_id, country, city, language
FROM know_customers_customer
WHERE id >= %(low)s AND id < %(high)s
ORDER BY id
