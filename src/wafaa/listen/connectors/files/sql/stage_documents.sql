-- One row per number that the file gives: an order, what was given back of it, or both.
CREATE OR REPLACE TEMP TABLE document AS
SELECT
    order_id,
    min(line) AS first_line,
    count(*) AS lines,
    arg_min(distinct_id, line) AS distinct_id,
    arg_min(currency, line) AS currency,
    coalesce(min(distinct_id) <> max(distinct_id), false) AS has_customers,
    coalesce(min(currency) <> max(currency), false) AS has_currencies,
    bool_or(is_negative) AS has_negative,
    min(ordered_at) FILTER (NOT is_refund) AS ordered_at,
    min(ordered_at) FILTER (is_refund OR standing = 'returned') AS refunded_at,
    bool_or(has_prefix) AS has_prefix,
    arg_min(store, line) AS store,
    arg_min(channel, line) AS channel,
    arg_min(country, line) AS country,
    arg_min(order_discount, line) AS order_discount,
    arg_min(tax, line) AS tax,
    arg_min(shipping, line) AS shipping,
    bool_and(standing = 'cancelled') AS is_cancelled{traits}
FROM sorted
GROUP BY order_id
