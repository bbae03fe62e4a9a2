-- The distinct countries by stepping along the index from each to the next.
WITH RECURSIVE step AS (
    (SELECT country FROM know_customers_customer ORDER BY country LIMIT 1)
    UNION ALL
    SELECT (
        SELECT country FROM know_customers_customer AS later WHERE later.country > step.country ORDER BY country LIMIT 1
    )
    FROM step
    WHERE step.country IS NOT NULL
)
SELECT country FROM step WHERE country IS NOT NULL
