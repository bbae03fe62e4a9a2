-- The next customers who bought goods of a category, each with the name of one thing of it that they bought last.
SELECT ordered.customer_id, (array_agg(product.name ORDER BY ordered.ordered_at DESC, product.id))[1]
FROM know_orders_product AS product
JOIN know_orders_orderline AS line ON line.product_id = product.id AND line.counted
JOIN know_orders_order AS ordered ON ordered.id = line.order_id AND ordered.counted
JOIN know_customers_customer AS customer ON customer.id = ordered.customer_id AND customer.merged_into_id IS NULL
WHERE lower(product.category) = lower(%(category)s) AND ordered.customer_id > %(after)s
GROUP BY ordered.customer_id
ORDER BY ordered.customer_id
LIMIT %(limit)s
