-- The orders that events speak of and something was redeemed for; as loyalty's find_orders.sql.
WITH told AS (
    SELECT event.source, event.name, btrim(event.properties ->> 'order_id') AS order_id, btrim(event.properties ->> 'refund_id') AS refund_id
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
),
bought AS (
    SELECT bought.id
    FROM told JOIN know_orders_order AS bought ON bought.source = told.source AND bought.external_id = told.order_id
    UNION
    SELECT bought.id
    FROM told
    JOIN know_orders_refund AS refund ON refund.source = told.source AND refund.external_id = told.refund_id
    JOIN know_orders_order AS bought ON bought.id = refund.order_id
    WHERE told.name = 'Order Refunded'
)
SELECT bought.id FROM bought WHERE EXISTS (SELECT FROM decide_rewards_redemption AS one WHERE one.order_id = bought.id)
