-- One row per event to be: what is compared (kind, key, fingerprint) and the event's own columns as a line of CSV.
CREATE OR REPLACE TEMP TABLE named AS
SELECT sku, product_name, category, {named_json} AS json
FROM (
    SELECT sku, product_name, category FROM sale
    UNION
    SELECT sku, product_name, category FROM refund_line
);

-- Who comes when; the view below shows one stretch of them, because all at once would not fit the memory.
CREATE OR REPLACE TEMP TABLE turn AS
SELECT rank, number, row_number() OVER (ORDER BY rank, happened_at, key) AS place
FROM (
    SELECT 0 AS rank, customer_no AS number, happened_at, distinct_id AS key FROM customer
    UNION ALL
    SELECT 1, order_no, happened_at, external_id FROM told_order
    UNION ALL
    SELECT 2, refund_no, happened_at, external_id FROM told_refund
);

CREATE OR REPLACE TEMP VIEW told_event AS
WITH present AS (
    SELECT rank, number FROM turn
    WHERE place > CAST(getvariable('stretch_start') AS BIGINT) AND place <= CAST(getvariable('stretch_end') AS BIGINT)
), order_products AS (
    SELECT order_no, {sale_products} AS products
    FROM sale
    JOIN named
        ON named.sku IS NOT DISTINCT FROM sale.sku
        AND named.product_name IS NOT DISTINCT FROM sale.product_name
        AND named.category IS NOT DISTINCT FROM sale.category
    WHERE order_no IN (SELECT number FROM present WHERE rank = 1)
    GROUP BY order_no
), refund_products AS (
    SELECT refund_no, {refund_products} AS products
    FROM refund_line
    JOIN named
        ON named.sku IS NOT DISTINCT FROM refund_line.sku
        AND named.product_name IS NOT DISTINCT FROM refund_line.product_name
        AND named.category IS NOT DISTINCT FROM refund_line.category
    WHERE refund_no IN (SELECT number FROM present WHERE rank = 2)
    GROUP BY refund_no
), event AS (
    SELECT
        0 AS rank, 'customer' AS kind, distinct_id AS key, NULL AS candidate, 'identify' AS type, 'identify' AS name, distinct_id, happened_at,
        {traits_json} AS properties
    FROM customer
    WHERE customer_no IN (SELECT number FROM present WHERE rank = 0)
    UNION ALL
    SELECT
        1, 'order', external_id, NULL, 'track', 'Order Completed',
        coalesce(distinct_id, 'order:' || {source} || ':' || external_id), happened_at,
        {order_json}
    FROM told_order
    JOIN order_products USING (order_no)
    UNION ALL
    SELECT
        2, 'refund', external_id, candidate, 'track', 'Order Refunded',
        coalesce(distinct_id, 'order:' || {source} || ':' || external_id), happened_at,
        {refund_head_json}
    FROM told_refund
    JOIN refund_products USING (refund_no)
), printed AS (
    SELECT *, CAST(md5(concat_ws(chr(10), distinct_id, happened_at, properties)) AS UUID)::VARCHAR AS fingerprint
    FROM event
)
SELECT
    kind || chr(9) || key || chr(9) || fingerprint || chr(9) || coalesce(candidate, '') || chr(9)
    || CAST(md5({namespace} || ':' || kind || ':' || key || ':' || fingerprint) AS UUID)::VARCHAR
    || ',' || type || ',' || name || ',"' || replace(distinct_id, '"', '""') || '",' || strftime(happened_at, '%Y-%m-%dT%H:%M:%S.%fZ')
    || ',"' || properties
    || '","{{""import"":""' || {namespace} || '"",""fingerprint"":""' || fingerprint || '""}}",' || {source_csv} AS event_line
FROM printed
ORDER BY rank, happened_at, key
