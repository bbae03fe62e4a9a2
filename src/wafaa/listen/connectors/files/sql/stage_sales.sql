-- Order lines and orders as they will be kept; numbers follow the file.
CREATE OR REPLACE TEMP TABLE sale AS
SELECT
    document.number AS order_no,
    row_number() OVER (PARTITION BY document.number ORDER BY sorted.line)::INTEGER AS ordinal,
    sku, product_name, category,
    CASE WHEN standing = 'cancelled' THEN 0 ELSE pieces END AS pieces,
    price, discount, unit_cost,
    {amount_minor} AS amount_minor,
    {cost_minor} AS cost_minor,
    pieces > 0 AND price > 0 AND standing <> 'cancelled' AS counted
FROM sorted
JOIN numbered AS document USING (order_id)
WHERE NOT is_refund;

CREATE OR REPLACE TEMP TABLE told_order AS
SELECT
    number AS order_no, order_id AS external_id, document.distinct_id, document.ordered_at AS happened_at, store, channel, country, currency,
    is_cancelled, coalesce(order_discount, 0) AS order_discount, coalesce(tax, 0) AS tax, coalesce(shipping, 0) AS shipping,
    document.distinct_id IS NOT NULL AND reckoned.counted_lines > 0 AS counted,
    {discount_minor} AS discount_minor, {tax_minor} AS tax_minor, {shipping_minor} AS shipping_minor,
    reckoned.counted_lines, reckoned.gross_minor, reckoned.cost_minor
FROM numbered AS document
JOIN (
    SELECT
        order_no,
        (count(*) FILTER (counted))::INTEGER AS counted_lines,
        coalesce(sum(amount_minor) FILTER (counted), 0)::BIGINT AS gross_minor,
        CASE WHEN count(*) FILTER (counted AND cost_minor IS NULL) = 0
            THEN (sum(cost_minor) FILTER (counted))::BIGINT END AS cost_minor
    FROM sale
    GROUP BY order_no
) AS reckoned ON reckoned.order_no = document.number
