-- The orders that events speak of: by their own number, by a refund's, and those that a refund is linked with.
WITH told AS (
    SELECT event.source, event.name, btrim(event.properties ->> 'order_id') AS order_id, btrim(event.properties ->> 'refund_id') AS refund_id
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
)
SELECT bought.id FROM told JOIN know_orders_order AS bought ON bought.source = told.source AND bought.external_id = told.order_id
UNION
SELECT refund.order_id
FROM told JOIN know_orders_refund AS refund ON refund.source = told.source AND refund.external_id = told.refund_id
WHERE told.name = 'Order Refunded' AND refund.order_id IS NOT NULL
