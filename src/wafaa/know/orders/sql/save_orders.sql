-- Writes the orders of told_head and replaces their lines by those of told_lines. Orders are locked in the order of their numbers.
-- saved_orders then says which orders those are and which customers they concern, the former ones included.
DROP TABLE IF EXISTS pg_temp.former_orders, pg_temp.saved_orders;

CREATE TEMPORARY TABLE former_orders ON COMMIT DROP AS
SELECT former.id, former.customer_id, former.ordered_at, told.ordinal, former.version > told.version AS is_newer
FROM know_orders_order AS former
JOIN told_head AS told ON told.source = former.source AND told.external_id = former.external_id
ORDER BY former.source, former.external_id
FOR UPDATE OF former;

-- What is older than what stands here says nothing any more but that the order was cancelled.
UPDATE told_head AS told SET is_whole = false FROM former_orders AS former WHERE former.ordinal = told.ordinal AND former.is_newer;
-- An update that doesn't say when the order was placed came after that.
UPDATE told_head AS told SET occurred_at = former.ordered_at FROM former_orders AS former
WHERE former.ordinal = told.ordinal AND NOT told.knows_time AND former.ordered_at < told.occurred_at;

CREATE TEMPORARY TABLE saved_orders (
    told_ordinal integer, order_id bigint, customer_id bigint, existed boolean
) ON COMMIT DROP;

WITH reckoned AS (
    SELECT
        told_ordinal,
        count(*) FILTER (WHERE counted) AS counted_lines,
        coalesce(sum(amount_minor) FILTER (WHERE counted), 0)::bigint AS gross_minor,
        CASE
            WHEN count(*) FILTER (WHERE counted AND cost_minor IS NULL) = 0
            THEN (sum(cost_minor) FILTER (WHERE counted))::bigint
        END AS cost_minor
    FROM told_lines
    GROUP BY told_ordinal
), saved AS (
    INSERT INTO know_orders_order AS saved (
        uuid, source, external_id, customer_id, ordered_at, store_id, channel, country, currency,
        counted, counted_lines, gross_minor, cost_minor, discount_minor, tax_minor, shipping_minor, fingerprint, number,
        version, cancelled_at, cancelled_for_good
    )
    SELECT
        encode(
            set_bit(set_bit(overlay(
                uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint) FROM 3) FROM 1 FOR 6
            ), 52, 1), 53, 1),
            'hex'
        )::uuid, -- version 7, as kit.ids makes them
        told.source, told.external_id, distinct_id.customer_id, told.occurred_at, store.id, told.channel, told.country,
        told.currency,
        distinct_id.customer_id IS NOT NULL AND coalesce(reckoned.counted_lines, 0) > 0 AND told.cancelled_at IS NULL,
        coalesce(reckoned.counted_lines, 0),
        coalesce(reckoned.gross_minor, 0),
        reckoned.cost_minor,
        round(told.discount * told.minor_per_unit)::bigint,
        round(told.tax * told.minor_per_unit)::bigint,
        round(told.shipping * told.minor_per_unit)::bigint,
        told.fingerprint, told.number, told.version, told.cancelled_at, told.cancelled_for_good
    FROM told_head AS told
    LEFT JOIN reckoned ON reckoned.told_ordinal = told.ordinal
    LEFT JOIN know_customers_distinctid AS distinct_id ON distinct_id.distinct_id = told.distinct_id
    LEFT JOIN know_orders_store AS store ON store.code = told.store_code
    WHERE told.is_whole
    ORDER BY told.source, told.external_id
    ON CONFLICT (source, external_id) DO UPDATE SET
        customer_id = excluded.customer_id, ordered_at = excluded.ordered_at, store_id = excluded.store_id,
        channel = excluded.channel, country = excluded.country, currency = excluded.currency,
        counted = excluded.counted AND NOT saved.cancelled_for_good
            AND (saved.cancelled_at IS NULL OR excluded.version IS NOT NULL),
        counted_lines = excluded.counted_lines, gross_minor = excluded.gross_minor,
        cost_minor = excluded.cost_minor, discount_minor = excluded.discount_minor, tax_minor = excluded.tax_minor,
        shipping_minor = excluded.shipping_minor, fingerprint = excluded.fingerprint, number = excluded.number,
        version = coalesce(excluded.version, saved.version),
        -- marks for good stand, the earliest of them; else the newest version says; else nothing is said
        cancelled_at = CASE
            WHEN saved.cancelled_for_good AND excluded.cancelled_for_good
            THEN least(saved.cancelled_at, excluded.cancelled_at)
            WHEN saved.cancelled_for_good OR excluded.version IS NULL AND NOT excluded.cancelled_for_good
            THEN saved.cancelled_at
            ELSE excluded.cancelled_at
        END,
        cancelled_for_good = saved.cancelled_for_good OR excluded.cancelled_for_good,
        changed_in = pg_current_xact_id()
    -- another transaction may have told a newer version since the look above
    WHERE saved.version IS NULL OR excluded.version IS NULL OR excluded.version >= saved.version
    RETURNING saved.id, saved.source, saved.external_id, saved.customer_id, saved.xmax <> 0 AS existed
)
INSERT INTO saved_orders
SELECT told.ordinal, saved.id, saved.customer_id, saved.existed
FROM saved
JOIN told_head AS told ON told.source = saved.source AND told.external_id = saved.external_id;

DELETE FROM know_orders_orderline AS line USING saved_orders AS saved WHERE line.order_id = saved.order_id AND saved.existed;

INSERT INTO know_orders_orderline
    (order_id, ordinal, product_id, quantity, unit_price, amount_minor, cost_minor, counted)
SELECT
    saved.order_id, line.ordinal, product.id, line.quantity, line.price, line.amount_minor, line.cost_minor, line.counted
FROM told_lines AS line
JOIN saved_orders AS saved ON saved.told_ordinal = line.told_ordinal
LEFT JOIN know_orders_product AS product ON product.sku = line.sku;

-- Refunds that came before their order find it now.
WITH found AS (
    SELECT refund.id, told_order.id AS order_id, told_order.customer_id, told_order.store_id
    FROM saved_orders AS saved
    JOIN know_orders_order AS told_order ON told_order.id = saved.order_id
    JOIN know_orders_refund AS refund
        ON refund.source = told_order.source AND refund.order_external_id = told_order.external_id
    WHERE refund.order_id IS NULL
    ORDER BY refund.id
    FOR UPDATE OF refund
), linked AS (
    UPDATE know_orders_refund AS refund
    SET
        order_id = found.order_id,
        customer_id = coalesce(refund.customer_id, found.customer_id),
        store_id = coalesce(refund.store_id, found.store_id),
        changed_in = pg_current_xact_id()
    FROM found
    WHERE refund.id = found.id
    RETURNING refund.customer_id
)
INSERT INTO saved_orders (customer_id)
SELECT customer_id FROM linked UNION SELECT customer_id FROM former_orders
