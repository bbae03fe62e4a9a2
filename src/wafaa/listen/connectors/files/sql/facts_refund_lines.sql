-- Facts about refund lines.
SELECT refund_no::BIGINT AS refund_id, ordinal, product_id, amount_minor
FROM refund_lines
LEFT JOIN product USING (sku)
ORDER BY refund_no, ordinal
