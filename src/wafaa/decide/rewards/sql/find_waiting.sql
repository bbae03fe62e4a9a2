-- Redemptions that named an order which is known now, by the shop's number or the one that people read, and that order; orders that a
-- gift card pays of stand there without a redemption.
WITH told AS (
    SELECT event.source, event.name, btrim(event.properties ->> 'order_id') AS order_id, btrim(event.properties ->> 'refund_id') AS refund_id
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
),
bought AS (
    SELECT bought.id, bought.source, bought.external_id, bought.number
    FROM told JOIN know_orders_order AS bought ON bought.source = told.source AND bought.external_id = told.order_id
    UNION
    SELECT bought.id, bought.source, bought.external_id, bought.number
    FROM told
    JOIN know_orders_refund AS refund ON refund.source = told.source AND refund.external_id = told.refund_id
    JOIN know_orders_order AS bought ON bought.id = refund.order_id
    WHERE told.name = 'Order Refunded'
)
SELECT one.id, bought.id
FROM bought JOIN decide_rewards_redemption AS one ON one.order_ref <> '' AND one.order_ref IN (bought.external_id, nullif(bought.number, ''))
WHERE one.order_id IS NULL AND one.order_source IN ('', bought.source)
UNION ALL
SELECT NULL, bought.id FROM bought
WHERE EXISTS (
    SELECT FROM act_points_transfer AS placed
    WHERE placed.kind = 4 AND placed.cause ? 'gift_card'
        AND placed.cause ->> 'order_number' IN (bought.external_id, nullif(bought.number, '')))
