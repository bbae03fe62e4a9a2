-- The folded names that several customers of one city have, by the index alone.
SELECT name_key, city FROM know_customers_customer
WHERE name_key <> '' AND city <> '' AND (name_key, city) > (%(first)s, %(second)s)
GROUP BY name_key, city HAVING count(*) > 1
ORDER BY name_key, city LIMIT %(limit)s
