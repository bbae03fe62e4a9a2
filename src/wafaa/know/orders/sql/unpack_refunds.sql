-- Unpacks the told refunds into told_head and told_lines; of several events about one refund the last stands.
-- What was given back is the amount that was told, else the sum of its lines.
-- A sample of 300 rows tells the planner their number, which is all that it needs.
-- `cleaned` holds what can be taken of events that say what can't be, in their order; NULL: the events as they are.
SET LOCAL default_statistics_target = 1;
SET LOCAL work_mem = '64MB';
DROP TABLE IF EXISTS pg_temp.told_head, pg_temp.told_lines;

CREATE TEMPORARY TABLE told_head ON COMMIT DROP AS
SELECT
    told.*,
    ('1e' || coalesce(%(decimals)s::jsonb ->> currency, '2'))::numeric AS minor_per_unit
FROM (
    SELECT DISTINCT ON (source, head.refund_id)
        ordinal,
        source,
        coalesce(head.refund_id, '') AS external_id,
        coalesce(head.order_id, '') AS order_external_id,
        CASE WHEN coalesce(head.anonymous, false) THEN NULL ELSE distinct_id END AS distinct_id,
        occurred_at,
        upper(coalesce(head.currency, '')) AS currency,
        left(coalesce(head.affiliation, ''), 100) AS store_code,
        left(coalesce(head.channel, ''), 100) AS channel,
        left(coalesce(head.country, ''), 100) AS country,
        nullif(head.amount, '')::numeric AS amount,
        CASE WHEN %(cleaned)s::json[] IS NULL THEN nullif(context ->> 'fingerprint', '')::uuid END AS fingerprint
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
    CROSS JOIN LATERAL json_to_record(coalesce((%(cleaned)s::json[])[ordinal], properties)) AS head (
        refund_id text, order_id text, anonymous boolean, currency text, affiliation text, channel text, country text,
        amount text
    )
    ORDER BY source, head.refund_id, ordinal DESC
) AS told;

CREATE TEMPORARY TABLE told_lines ON COMMIT DROP AS
SELECT
    head.ordinal AS told_ordinal,
    coalesce(line.line, line.place) AS ordinal,
    nullif(line.sku, '') AS sku,
    left(coalesce(line.name, ''), 500) AS name,
    left(coalesce(line.category, ''), 200) AS category,
    coalesce(line.quantity, 1) AS quantity,
    coalesce(line.price, 0) AS price,
    round(coalesce(line.quantity, 1) * coalesce(line.price, 0) * head.minor_per_unit)::bigint AS amount_minor,
    false AS counted
FROM (
    SELECT ordinal, coalesce((%(cleaned)s::json[])[ordinal], properties)::jsonb AS properties
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
    OFFSET 0 -- once per event, not once per line
) AS told
JOIN told_head AS head USING (ordinal)
CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(told.properties -> 'products') AS (
    sku text, name text, category text, quantity numeric, price numeric, line integer
)) WITH ORDINALITY AS line (sku, name, category, quantity, price, line, place);

ANALYZE told_head;
ANALYZE told_lines
