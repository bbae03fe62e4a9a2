-- What was given back: positive pieces and prices; a positive line among negative ones takes from what was given back.
CREATE OR REPLACE TEMP TABLE given_back AS
SELECT
    document.number AS refund_no,
    row_number() OVER (PARTITION BY document.number ORDER BY sorted.line)::INTEGER AS ordinal,
    sku, product_name, category,
    abs(pieces) AS pieces,
    CASE WHEN document.has_negative AND NOT is_negative AND is_refund THEN -abs(price) ELSE abs(price) END AS price,
    CASE WHEN document.has_negative AND NOT is_negative AND is_refund THEN -discount ELSE discount END AS discount
FROM sorted
JOIN numbered AS document USING (order_id)
WHERE is_refund OR standing = 'returned';

CREATE OR REPLACE TEMP TABLE refund_line AS
SELECT *, {line_minor} AS amount_minor, {given_minor} AS given_minor
FROM given_back
JOIN (SELECT number AS refund_no, currency FROM numbered) USING (refund_no);

CREATE OR REPLACE TEMP TABLE told_refund AS
SELECT
    document.number AS refund_no, document.order_id AS external_id,
    coalesce(bought.order_id, '') AS order_external_id,
    bought.number AS order_no,
    CASE WHEN bought.order_id IS NULL THEN original END AS candidate,
    document.distinct_id, document.refunded_at AS happened_at, document.store, document.channel, document.country, document.currency,
    reckoned.amount_minor,
    CASE WHEN reckoned.has_discount THEN {amount_text} END AS amount_text
FROM (
    SELECT *, CASE WHEN has_prefix THEN {original} ELSE order_id END AS original
    FROM numbered
) AS document
JOIN (
    SELECT refund_no, sum(given_minor)::BIGINT AS amount_minor, bool_or(discount <> 0) AS has_discount
    FROM refund_line
    GROUP BY refund_no
) AS reckoned ON reckoned.refund_no = document.number
LEFT JOIN numbered AS bought
    ON bought.order_id = document.original AND bought.ordered_at IS NOT NULL
    AND (bought.order_id = document.order_id OR bought.distinct_id = document.distinct_id)
