-- Unpacks the told orders into told_head and told_lines; of several events about one order the last stands.
-- An event is whole where it names the products; its version, where it has one, says which of several stands. Of an order that
-- is only said to be cancelled nothing else is known. When it was placed only "Order Completed" knows by its own time. A cancellation without a version is a mark for good.
-- An empty text means that nothing was said. A unit price or quantity counts as read, before it is rounded for storing.
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
    SELECT DISTINCT ON (source, external_id)
        ordinal, source, external_id, number, distinct_id, currency, store_code, channel, country, discount, tax, shipping,
        fingerprint, is_whole, version, knows_time OR known_at IS NOT NULL AS knows_time,
        CASE WHEN knows_time THEN ordered_at ELSE coalesce(known_at, ordered_at) END AS occurred_at,
        coalesce(marked_at, cancelled_at) AS cancelled_at,
        marked_at IS NOT NULL AS cancelled_for_good
    FROM (
        SELECT
            said.*,
            min(cancelled_at) FILTER (WHERE version IS NULL) OVER (PARTITION BY source, external_id) AS marked_at,
            min(ordered_at) FILTER (WHERE knows_time) OVER (PARTITION BY source, external_id) AS known_at
        FROM (
            SELECT
                ordinal,
                source,
                coalesce(head.order_id, '') AS external_id,
                left(coalesce(head.number, ''), 100) AS number,
                CASE WHEN coalesce(head.anonymous, false) THEN NULL ELSE distinct_id END AS distinct_id,
                coalesce(nullif(head.ordered_at, '')::timestamptz, occurred_at) AS ordered_at,
                name = 'Order Completed' OR coalesce(head.ordered_at, '') <> '' AS knows_time,
                upper(coalesce(head.currency, '')) AS currency,
                left(coalesce(head.affiliation, ''), 100) AS store_code,
                left(coalesce(head.channel, ''), 100) AS channel,
                left(coalesce(head.country, ''), 100) AS country,
                coalesce(nullif(head.discount, '')::numeric, 0) AS discount,
                coalesce(nullif(head.tax, '')::numeric, 0) AS tax,
                coalesce(nullif(head.shipping, '')::numeric, 0) AS shipping,
                CASE WHEN %(cleaned)s::json[] IS NULL THEN nullif(context ->> 'fingerprint', '')::uuid END AS fingerprint,
                whole.is_whole,
                CASE WHEN whole.is_whole AND %(cleaned)s::json[] IS NULL THEN nullif(context ->> 'version', '')::timestamptz END AS version,
                CASE
                    WHEN name = 'Order Cancelled'
                    THEN coalesce(nullif(head.cancelled_at, '')::timestamptz, occurred_at)
                    ELSE nullif(head.cancelled_at, '')::timestamptz
                END AS cancelled_at
            FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
            CROSS JOIN LATERAL json_to_record(coalesce((%(cleaned)s::json[])[ordinal], properties)) AS head (
                order_id text, number text, anonymous boolean, currency text, affiliation text, channel text, country text,
                discount text, tax text, shipping text, ordered_at text, cancelled_at text
            )
            CROSS JOIN LATERAL (
                SELECT name = 'Order Completed' OR (properties -> 'products') IS NOT NULL AS is_whole
            ) AS whole
        ) AS said
    ) AS counted_together
    WHERE is_whole OR marked_at IS NOT NULL
    ORDER BY source, external_id, is_whole DESC, version DESC NULLS LAST, ordinal DESC
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
    round((coalesce(line.quantity, 1) * coalesce(line.price, 0) - coalesce(line.discount, 0)) * head.minor_per_unit)::bigint AS amount_minor,
    round(coalesce(line.quantity, 1) * line.cost * head.minor_per_unit)::bigint AS cost_minor,
    coalesce(coalesce(line.quantity, 1) > 0 AND line.price > 0, false) AS counted
FROM (
    SELECT ordinal, coalesce((%(cleaned)s::json[])[ordinal], properties)::jsonb AS properties
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[])
    OFFSET 0 -- once per event, not once per line
) AS told
JOIN told_head AS head USING (ordinal)
CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(told.properties -> 'products') AS (
    sku text, name text, category text, quantity numeric, price numeric, discount numeric, cost numeric, line integer
)) WITH ORDINALITY AS line (sku, name, category, quantity, price, discount, cost, line, place);

ANALYZE told_head;
ANALYZE told_lines
