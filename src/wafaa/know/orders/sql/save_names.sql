-- Makes the stores and products that told_head and told_lines name. Which name stands does not depend on the order in which
-- events are handled, because lanes handle them side by side: that of a counted line before others, of a later month before an
-- earlier one (a day would rewrite every product every day), a longer one before a shorter one, so an abbreviation never wins.
-- Rows are written in the order of their keys, so that two batches can't deadlock, and only those that change.
INSERT INTO know_orders_store (code, name, source)
SELECT DISTINCT ON (store_code) store_code, '', source
FROM told_head
WHERE store_code <> '' AND NOT EXISTS (SELECT FROM know_orders_store AS store WHERE store.code = store_code)
ORDER BY store_code, ordinal
ON CONFLICT DO NOTHING;

DROP TABLE IF EXISTS pg_temp.told_products;
CREATE TEMPORARY TABLE told_products ON COMMIT DROP AS
WITH spelling AS (
    SELECT
        sku, name, category, counted,
        max(date_trunc('month', head.occurred_at AT TIME ZONE 'UTC')::date) AS told_in,
        min(head.source) AS source
    FROM told_lines AS line
    JOIN told_head AS head ON head.ordinal = line.told_ordinal
    WHERE sku IS NOT NULL
    GROUP BY sku, name, category, counted
), named AS (
    SELECT DISTINCT ON (sku) sku, name, counted, told_in, source FROM spelling
    ORDER BY sku, name <> '' DESC, counted DESC, told_in DESC, length(name) DESC, name COLLATE "C" DESC
), sorted AS (
    SELECT DISTINCT ON (sku) sku, category, told_in FROM spelling
    ORDER BY sku, category <> '' DESC, told_in DESC, length(category) DESC, category COLLATE "C" DESC
)
SELECT
    sku, name, name <> '' AND counted AS name_counted, CASE WHEN name <> '' THEN named.told_in END AS named_in,
    category, CASE WHEN category <> '' THEN sorted.told_in END AS categorised_in, source
FROM named
JOIN sorted USING (sku);

INSERT INTO know_orders_product (sku, name, name_counted, named_in, category, categorised_in, source)
SELECT sku, name, name_counted, named_in, category, categorised_in, source
FROM told_products AS told
WHERE NOT EXISTS (SELECT FROM know_orders_product AS product WHERE product.sku = told.sku)
ORDER BY sku
ON CONFLICT DO NOTHING;

-- Of these, locked as they stand now, the names that win are written in the next statement: what another lane wrote meanwhile
-- is seen there.
DROP TABLE IF EXISTS pg_temp.renamed_products;
CREATE TEMPORARY TABLE renamed_products ON COMMIT DROP AS
SELECT product.id, told.name, told.name_counted, told.named_in, told.category, told.categorised_in
FROM know_orders_product AS product
JOIN told_products AS told USING (sku)
WHERE (told.named_in IS NOT NULL AND (product.named_in IS NULL OR
        (told.name_counted, told.named_in, length(told.name), told.name COLLATE "C")
        > (product.name_counted, product.named_in, length(product.name), product.name COLLATE "C")))
    OR (told.categorised_in IS NOT NULL AND (product.categorised_in IS NULL OR
        (told.categorised_in, length(told.category), told.category COLLATE "C")
        > (product.categorised_in, length(product.category), product.category COLLATE "C")))
ORDER BY product.id
FOR UPDATE OF product;

UPDATE know_orders_product AS product
SET
    name = CASE WHEN better.name THEN told.name ELSE product.name END,
    name_counted = CASE WHEN better.name THEN told.name_counted ELSE product.name_counted END,
    named_in = CASE WHEN better.name THEN told.named_in ELSE product.named_in END,
    category = CASE WHEN better.category THEN told.category ELSE product.category END,
    categorised_in = CASE WHEN better.category THEN told.categorised_in ELSE product.categorised_in END,
    -- facts know nothing of months: what only confirms a name is no change for them
    changed_in = CASE
        WHEN (better.name AND told.name <> product.name) OR (better.category AND told.category <> product.category)
        THEN pg_current_xact_id() ELSE product.changed_in
    END
FROM renamed_products AS told
JOIN know_orders_product AS current USING (id)
CROSS JOIN LATERAL (
    SELECT
        told.named_in IS NOT NULL AND (current.named_in IS NULL OR
            (told.name_counted, told.named_in, length(told.name), told.name COLLATE "C")
            > (current.name_counted, current.named_in, length(current.name), current.name COLLATE "C")) AS name,
        told.categorised_in IS NOT NULL AND (current.categorised_in IS NULL OR
            (told.categorised_in, length(told.category), told.category COLLATE "C")
            > (current.categorised_in, length(current.category), current.category COLLATE "C")) AS category
) AS better
WHERE product.id = current.id AND (better.name OR better.category)
