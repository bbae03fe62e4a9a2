-- The latest that the file says about each customer.
CREATE OR REPLACE TEMP TABLE customer AS
SELECT
    row_number() OVER (ORDER BY min(number)) AS customer_no,
    distinct_id,
    min(least(coalesce(ordered_at, refunded_at), coalesce(refunded_at, ordered_at))) AS happened_at{latest}
FROM (SELECT *, greatest(ordered_at, refunded_at) AS told_at FROM numbered)
WHERE distinct_id IS NOT NULL
GROUP BY distinct_id
