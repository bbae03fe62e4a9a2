-- The good rows of a list of products, then one row per product and day from which the row holds.
CREATE OR REPLACE TEMP TABLE listed_row AS
SELECT line, {sku} AS sku, {day} AS day, {currency} AS currency{values}
FROM typed
WHERE NOT is_bad;

INSERT INTO problem SELECT line, {sku_place}, 'missing', '' FROM listed_row WHERE sku IS NULL;

DELETE FROM listed_row WHERE sku IS NULL;

CREATE OR REPLACE TEMP TABLE listed AS
SELECT
    'product' AS kind, sku || coalesce(' @' || day, '') AS key, 'product:' || left(sku, 190) AS distinct_id,
    'track' AS type, 'Product Updated' AS name, sku, day, min(line) AS first_line, arg_max(currency, line) AS currency{latest}
FROM listed_row
GROUP BY sku, day
