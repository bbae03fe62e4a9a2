-- Products and stores with ids. A product is called as a counted line called it last, as know.orders does it.
CREATE TABLE told_product AS
SELECT sku, product_name, category, lines.counted, 1 AS rank, happened_at, external_id
FROM lines JOIN orders USING (order_no)
WHERE sku IS NOT NULL
UNION ALL
SELECT sku, product_name, category, false, 2, happened_at, external_id
FROM refund_lines JOIN refunds USING (refund_no)
WHERE sku IS NOT NULL;

CREATE TABLE product AS
SELECT
    row_number() OVER (ORDER BY sku) AS product_id,
    sku,
    coalesce(
        arg_max(product_name, (counted, rank, happened_at, external_id)) FILTER (product_name <> ''), ''
    ) AS name,
    coalesce(arg_max(category, (rank, happened_at, external_id)) FILTER (category <> ''), '') AS category
FROM told_product
GROUP BY sku;

DROP TABLE told_product;

CREATE TABLE store AS
SELECT row_number() OVER (ORDER BY code)::INTEGER AS store_id, code
FROM (SELECT store AS code FROM orders UNION SELECT store FROM refunds)
WHERE code <> ''
