-- Facts about order lines.
SELECT order_no::BIGINT AS order_id, ordinal, product_id, pieces AS quantity, amount_minor, cost_minor, counted
FROM lines
LEFT JOIN product USING (sku)
ORDER BY order_no, ordinal
