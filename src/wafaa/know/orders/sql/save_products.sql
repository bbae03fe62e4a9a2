-- Writes told_updates: each product as the last event that says something says it. Rows are written in the order of their keys,
-- so that two batches can't deadlock. A month beyond all orders' makes the name and the category stand: see save_names.sql.
DROP TABLE IF EXISTS pg_temp.updated_products;

CREATE TEMPORARY TABLE updated_products ON COMMIT DROP AS
SELECT
    sku,
    coalesce((array_agg(name ORDER BY ordinal DESC) FILTER (WHERE name <> ''))[1], '') AS name,
    coalesce((array_agg(category ORDER BY ordinal DESC) FILTER (WHERE category <> ''))[1], '') AS category,
    coalesce((array_agg(barcode ORDER BY ordinal DESC) FILTER (WHERE barcode <> ''))[1], '') AS barcode,
    min(source) AS source
FROM told_updates
GROUP BY sku;

INSERT INTO know_orders_product (sku, name, category, source)
SELECT sku, '', '', source
FROM updated_products AS told
WHERE NOT EXISTS (SELECT FROM know_orders_product AS product WHERE product.sku = told.sku)
ORDER BY sku
ON CONFLICT DO NOTHING;

WITH locked AS (
    SELECT product.id, told.*
    FROM know_orders_product AS product
    JOIN updated_products AS told USING (sku)
    ORDER BY product.id
    FOR UPDATE OF product
)
UPDATE know_orders_product AS product
SET
    name = CASE WHEN told.name <> '' THEN told.name ELSE product.name END,
    name_counted = product.name_counted OR told.name <> '',
    named_in = CASE WHEN told.name <> '' THEN DATE '9999-12-01' ELSE product.named_in END,
    category = CASE WHEN told.category <> '' THEN told.category ELSE product.category END,
    categorised_in = CASE WHEN told.category <> '' THEN DATE '9999-12-01' ELSE product.categorised_in END,
    barcode = CASE WHEN told.barcode <> '' THEN told.barcode ELSE product.barcode END,
    changed_in = CASE
        WHEN told.name NOT IN ('', product.name) OR told.category NOT IN ('', product.category)
        THEN pg_current_xact_id() ELSE product.changed_in
    END
FROM locked AS told
WHERE product.id = told.id;

INSERT INTO know_orders_productcost AS known (product_id, valid_from, currency, unit_cost_minor, list_price_minor)
SELECT DISTINCT ON (product.id, valid_from)
    product.id, told.valid_from, told.currency, told.unit_cost_minor, told.list_price_minor
FROM told_updates AS told
JOIN know_orders_product AS product USING (sku)
WHERE told.unit_cost_minor IS NOT NULL OR told.list_price_minor IS NOT NULL
ORDER BY product.id, valid_from, ordinal DESC
ON CONFLICT (product_id, valid_from) DO UPDATE SET
    currency = excluded.currency,
    unit_cost_minor = coalesce(excluded.unit_cost_minor, known.unit_cost_minor),
    list_price_minor = coalesce(excluded.list_price_minor, known.list_price_minor),
    changed_in = pg_current_xact_id()
