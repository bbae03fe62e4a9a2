-- Unpacks what was told about products into told_updates, a row per event; an empty text means that nothing was said.
-- `cleaned` holds what can be taken of events that say what can't be, in their order; NULL: the events as they are.
DROP TABLE IF EXISTS pg_temp.told_updates;

CREATE TEMPORARY TABLE told_updates ON COMMIT DROP AS
SELECT
    ordinal, source, sku, name, category, barcode, valid_from, currency,
    cost * minor_per_unit AS unit_cost_minor,
    price * minor_per_unit AS list_price_minor
FROM (
    SELECT
        told.*,
        ('1e' || coalesce(%(decimals)s::jsonb ->> currency, '2'))::numeric AS minor_per_unit
    FROM (
        SELECT
            ordinal, source, left(product.sku, 200) AS sku, left(coalesce(product.name, ''), 500) AS name,
            left(coalesce(product.category, ''), 200) AS category, left(coalesce(product.barcode, ''), 100) AS barcode,
            coalesce(nullif(product.valid_from, '')::date, (occurred_at AT TIME ZONE %(time_zone)s)::date) AS valid_from,
            upper(coalesce(nullif(product.currency, ''), %(currency)s)) AS currency,
            nullif(product.cost, '')::numeric AS cost, nullif(product.price, '')::numeric AS price
        FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
        CROSS JOIN LATERAL json_to_record(coalesce((%(cleaned)s::json[])[ordinal], properties)) AS product (
            sku text, name text, category text, barcode text, valid_from text, currency text, cost text, price text
        )
        WHERE product.sku <> ''
    ) AS told
) AS priced
