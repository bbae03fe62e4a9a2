-- Facts about products.
SELECT id AS product_id, sku, name, category
FROM know_orders_product
WHERE id >= %(low)s AND id < %(high)s
ORDER BY id
