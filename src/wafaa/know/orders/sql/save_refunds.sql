-- Writes the refunds of told_head and replaces their lines by those of told_lines; links each to its order where that is known.
-- saved_refunds then says which refunds those are and which customers they concern, the former ones included.
DROP TABLE IF EXISTS pg_temp.former_refunds, pg_temp.saved_refunds;

CREATE TEMPORARY TABLE former_refunds ON COMMIT DROP AS
SELECT former.id, former.customer_id
FROM know_orders_refund AS former
JOIN told_head AS told ON told.source = former.source AND told.external_id = former.external_id
ORDER BY former.source, former.external_id
FOR UPDATE OF former;

CREATE TEMPORARY TABLE saved_refunds (told_ordinal integer, refund_id bigint, customer_id bigint) ON COMMIT DROP;

WITH reckoned AS (
    SELECT told_ordinal, sum(amount_minor)::bigint AS amount_minor FROM told_lines GROUP BY told_ordinal
), saved AS (
    INSERT INTO know_orders_refund AS saved (
        uuid, source, external_id, order_external_id, order_id, customer_id, refunded_at, store_id, channel, country,
        currency, amount_minor, fingerprint
    )
    SELECT
        encode(
            set_bit(set_bit(overlay(
                uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint) FROM 3) FROM 1 FOR 6
            ), 52, 1), 53, 1),
            'hex'
        )::uuid, -- version 7, as kit.ids makes them
        told.source, told.external_id, told.order_external_id, bought.id,
        coalesce(distinct_id.customer_id, bought.customer_id),
        told.occurred_at, coalesce(store.id, bought.store_id), told.channel, told.country, told.currency,
        coalesce(round(told.amount * told.minor_per_unit)::bigint, reckoned.amount_minor, 0),
        told.fingerprint
    FROM told_head AS told
    LEFT JOIN reckoned ON reckoned.told_ordinal = told.ordinal
    LEFT JOIN know_customers_distinctid AS distinct_id ON distinct_id.distinct_id = told.distinct_id
    LEFT JOIN know_orders_store AS store ON store.code = told.store_code
    LEFT JOIN know_orders_order AS bought
        ON bought.source = told.source AND bought.external_id = told.order_external_id AND told.order_external_id <> ''
    ORDER BY told.source, told.external_id
    ON CONFLICT (source, external_id) DO UPDATE SET
        order_external_id = excluded.order_external_id, order_id = excluded.order_id,
        customer_id = excluded.customer_id, refunded_at = excluded.refunded_at, store_id = excluded.store_id,
        channel = excluded.channel, country = excluded.country, currency = excluded.currency,
        amount_minor = excluded.amount_minor, fingerprint = excluded.fingerprint,
        changed_in = pg_current_xact_id()
    RETURNING saved.id, saved.source, saved.external_id, saved.customer_id
)
INSERT INTO saved_refunds
SELECT told.ordinal, saved.id, saved.customer_id
FROM saved
JOIN told_head AS told ON told.source = saved.source AND told.external_id = saved.external_id;

DELETE FROM know_orders_refundline AS line USING former_refunds AS former WHERE line.refund_id = former.id;

INSERT INTO know_orders_refundline (refund_id, ordinal, product_id, quantity, unit_price, amount_minor)
SELECT saved.refund_id, line.ordinal, product.id, line.quantity, line.price, line.amount_minor
FROM told_lines AS line
JOIN saved_refunds AS saved ON saved.told_ordinal = line.told_ordinal
LEFT JOIN know_orders_product AS product ON product.sku = line.sku;

INSERT INTO saved_refunds (customer_id) SELECT customer_id FROM former_refunds
