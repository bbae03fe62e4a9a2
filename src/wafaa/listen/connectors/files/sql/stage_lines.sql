-- The good lines: what was paid for what, by whom, and whether money came or went back.
CREATE OR REPLACE TEMP TABLE priced AS
SELECT
    *,
    (pieces < 0 AND price <> 0) OR (price < 0 AND pieces <> 0) AS is_negative
FROM (
    SELECT
        line, ordered_at, {order_id} AS order_id, {distinct_id} AS distinct_id, {currency} AS currency,
        {country} AS country, {city} AS city, {store} AS store, {channel} AS channel,
        {sku} AS sku, {product_name} AS product_name, {category} AS category,
        CAST({pieces} AS DECIMAL(18, 6)) AS pieces, CAST({price} AS DECIMAL(20, 6)) AS price,
        coalesce({line_discount}, 0)::DECIMAL(20, 6) AS discount, {unit_cost} AS unit_cost,
        {order_discount} AS order_discount, {tax} AS tax, {shipping} AS shipping,
        {customer_id} AS customer_number, {customer_name} AS customer_name, {email} AS email, {phone} AS phone,
        {language} AS language, {birth_date} AS birth_date,
        {has_prefix} AS has_prefix, {standing} AS standing
    FROM {source}
) AS money
