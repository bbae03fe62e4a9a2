-- Unpacks the told orders into told_head and told_lines; of several events about one order the last stands.
-- An empty text means that nothing was said. A unit price or quantity counts as read, before it is rounded for storing.
-- A sample of 300 rows tells the planner their number, which is all that it needs.
SET LOCAL default_statistics_target = 1;
SET LOCAL work_mem = '64MB';
DROP TABLE IF EXISTS pg_temp.told_head, pg_temp.told_lines;

CREATE TEMPORARY TABLE told_head ON COMMIT DROP AS
SELECT
    told.*,
    ('1e' || coalesce(%(decimals)s::jsonb ->> currency, '2'))::numeric AS minor_per_unit
FROM (
    SELECT DISTINCT ON (source, head.order_id)
        ordinal,
        source,
        coalesce(head.order_id, '') AS external_id,
        CASE WHEN coalesce(head.anonymous, false) THEN NULL ELSE distinct_id END AS distinct_id,
        occurred_at,
        upper(coalesce(head.currency, '')) AS currency,
        left(coalesce(head.affiliation, ''), 100) AS store_code,
        left(coalesce(head.channel, ''), 100) AS channel,
        left(coalesce(head.country, ''), 100) AS country,
        coalesce(nullif(head.discount, '')::numeric, 0) AS discount,
        coalesce(nullif(head.tax, '')::numeric, 0) AS tax,
        coalesce(nullif(head.shipping, '')::numeric, 0) AS shipping,
        nullif(context ->> 'fingerprint', '')::uuid AS fingerprint
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
    CROSS JOIN LATERAL json_to_record(properties) AS head (
        order_id text, anonymous boolean, currency text, affiliation text, channel text, country text,
        discount text, tax text, shipping text
    )
    ORDER BY source, head.order_id, ordinal DESC
) AS told;

CREATE TEMPORARY TABLE told_lines ON COMMIT DROP AS
SELECT
    head.ordinal AS told_ordinal,
    coalesce(line.line, line.place) AS ordinal,
    nullif(line.sku, '') AS sku,
    left(coalesce(line.name, ''), 500) AS name,
    left(coalesce(line.category, ''), 200) AS category,
    line.quantity,
    line.price,
    round((line.quantity * line.price - coalesce(line.discount, 0)) * head.minor_per_unit)::bigint AS amount_minor,
    round(line.quantity * line.cost * head.minor_per_unit)::bigint AS cost_minor,
    coalesce(line.quantity > 0 AND line.price > 0, false) AS counted
FROM (
    SELECT ordinal, properties::jsonb
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
    OFFSET 0 -- once per event, not once per line
) AS told
JOIN told_head AS head USING (ordinal)
CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(told.properties -> 'products') AS (
    sku text, name text, category text, quantity numeric, price numeric, discount numeric, cost numeric, line integer
)) WITH ORDINALITY AS line (sku, name, category, quantity, price, discount, cost, line, place);

ANALYZE told_head;
ANALYZE told_lines
