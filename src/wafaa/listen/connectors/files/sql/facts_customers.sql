-- Facts about customers.
SELECT
    customer_no::BIGINT AS customer_id, coalesce(country, '') AS country, coalesce(city, '') AS city,
    coalesce(language, '') AS language
FROM customers
ORDER BY customer_no
