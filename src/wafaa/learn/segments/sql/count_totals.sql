-- Histograms of what customers with counted orders did: days since the last, orders, gross; and the last day of all.
WITH standing AS MATERIALIZED (
    SELECT orders, gross_minor, (last_at AT TIME ZONE %(zone)s)::date AS last_day
    FROM know_orders_customertotals WHERE orders > 0
), counted AS (
    SELECT 'days' AS what, (%(day)s::date - last_day)::bigint AS value FROM standing
    UNION ALL SELECT 'orders', orders FROM standing
    UNION ALL SELECT 'gross', gross_minor FROM standing
)
SELECT what, value, count(*) FROM counted GROUP BY what, value
