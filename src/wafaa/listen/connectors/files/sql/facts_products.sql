-- Facts about products.
SELECT product_id, sku, name, category FROM product ORDER BY product_id
