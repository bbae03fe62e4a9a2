-- Makes the stores and products that told_head and told_lines name. A product is called as a counted line called it last; lines
-- that don't count only name what had no name. Rows are written in the order of their keys, so that two batches can't deadlock.
INSERT INTO know_orders_store (code, name, source)
SELECT DISTINCT ON (store_code) store_code, '', source
FROM told_head
WHERE store_code <> '' AND NOT EXISTS (SELECT FROM know_orders_store AS store WHERE store.code = store_code)
ORDER BY store_code, ordinal
ON CONFLICT DO NOTHING;

DROP TABLE IF EXISTS pg_temp.told_products;
CREATE TEMPORARY TABLE told_products ON COMMIT DROP AS
WITH spelling AS (
    SELECT sku, name, category, counted, max(told_ordinal) AS told_ordinal
    FROM told_lines
    WHERE sku IS NOT NULL
    GROUP BY sku, name, category, counted
), named AS (
    SELECT DISTINCT ON (sku) sku, name, counted FROM spelling
    ORDER BY sku, name = '', counted DESC, told_ordinal DESC, name
), sorted AS (
    SELECT DISTINCT ON (sku) sku, category, told_ordinal FROM spelling
    ORDER BY sku, category = '', told_ordinal DESC, category
)
SELECT sku, name, counted, category, source
FROM named
JOIN sorted USING (sku)
JOIN told_head ON told_head.ordinal = sorted.told_ordinal;

INSERT INTO know_orders_product (sku, name, category, source)
SELECT sku, name, category, source
FROM told_products AS told
WHERE NOT EXISTS (SELECT FROM know_orders_product AS product WHERE product.sku = told.sku)
ORDER BY sku
ON CONFLICT DO NOTHING;

WITH renamed AS (
    SELECT
        product.id,
        CASE WHEN told.name <> '' AND (told.counted OR product.name = '') THEN told.name ELSE product.name END AS name,
        CASE WHEN told.category <> '' THEN told.category ELSE product.category END AS category
    FROM know_orders_product AS product
    JOIN told_products AS told USING (sku)
    WHERE (told.name <> product.name AND told.name <> '' AND (told.counted OR product.name = ''))
        OR (told.category <> product.category AND told.category <> '')
    ORDER BY product.id
    FOR UPDATE OF product
)
UPDATE know_orders_product AS product
SET name = renamed.name, category = renamed.category, changed_in = pg_current_xact_id()
FROM renamed
WHERE product.id = renamed.id
