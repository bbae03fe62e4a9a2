-- The distinct channels by stepping along the index from each to the next.
WITH RECURSIVE step AS (
    (SELECT channel FROM know_orders_order ORDER BY channel LIMIT 1)
    UNION ALL
    SELECT (SELECT channel FROM know_orders_order AS later WHERE later.channel > step.channel ORDER BY channel LIMIT 1)
    FROM step
    WHERE step.channel IS NOT NULL
)
SELECT channel FROM step WHERE channel IS NOT NULL
