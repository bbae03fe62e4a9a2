-- Marks the orders of told_head that are only said to be cancelled; one that is not known yet stands without lines until it is told.
WITH marked AS (
    INSERT INTO know_orders_order AS saved (
        uuid, source, external_id, customer_id, ordered_at, store_id, channel, country, currency,
        counted, counted_lines, gross_minor, discount_minor, tax_minor, shipping_minor, number, cancelled_at, cancelled_for_good
    )
    SELECT
        encode(
            set_bit(set_bit(overlay(
                uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint) FROM 3) FROM 1 FOR 6
            ), 52, 1), 53, 1),
            'hex'
        )::uuid, -- version 7, as kit.ids makes them
        told.source, told.external_id, distinct_id.customer_id, told.occurred_at, NULL, told.channel, told.country,
        told.currency, false, 0, 0, 0, 0, 0, told.number, told.cancelled_at, true
    FROM told_head AS told
    LEFT JOIN know_customers_distinctid AS distinct_id ON distinct_id.distinct_id = told.distinct_id
    WHERE NOT told.is_whole AND told.cancelled_for_good
    ORDER BY told.source, told.external_id
    ON CONFLICT (source, external_id) DO UPDATE SET
        counted = false,
        cancelled_at = CASE
            WHEN saved.cancelled_for_good THEN least(saved.cancelled_at, excluded.cancelled_at) ELSE excluded.cancelled_at
        END,
        cancelled_for_good = true,
        changed_in = pg_current_xact_id()
    RETURNING saved.id, saved.customer_id
)
INSERT INTO saved_orders (order_id, customer_id) SELECT id, customer_id FROM marked
