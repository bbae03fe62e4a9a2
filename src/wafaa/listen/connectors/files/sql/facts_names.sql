-- Products and stores with ids. Which name of a product stands is said in know.orders' save_names.sql.
CREATE TABLE told_product AS
SELECT sku, product_name, category, lines.counted, date_trunc('month', happened_at) AS told_in
FROM lines JOIN orders USING (order_no)
WHERE sku IS NOT NULL
UNION ALL
SELECT sku, product_name, category, false, date_trunc('month', happened_at)
FROM refund_lines JOIN refunds USING (refund_no)
WHERE sku IS NOT NULL;

CREATE TABLE product AS
SELECT
    row_number() OVER (ORDER BY sku) AS product_id,
    sku,
    coalesce(
        arg_max(product_name, (counted, told_in, length(product_name), product_name)) FILTER (product_name <> ''), ''
    ) AS name,
    coalesce(arg_max(category, (told_in, length(category), category)) FILTER (category <> ''), '') AS category
FROM told_product
GROUP BY sku;

DROP TABLE told_product;

CREATE TABLE store AS
SELECT row_number() OVER (ORDER BY code)::INTEGER AS store_id, code
FROM (SELECT store AS code FROM orders UNION SELECT store FROM refunds)
WHERE code <> ''
