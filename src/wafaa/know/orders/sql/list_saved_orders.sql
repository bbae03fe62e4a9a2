-- How many orders were written, and which customers they concern.
SELECT
    count(order_id),
    coalesce(array_agg(DISTINCT customer_id) FILTER (WHERE customer_id IS NOT NULL), '{}')
FROM saved_orders
