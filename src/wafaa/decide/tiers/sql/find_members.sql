-- Members whom events concern: who bought the orders that they speak of, to whom those were counted before, and whom they name.
WITH told AS (
    SELECT
        event.source, event.name, event.distinct_id, btrim(event.properties ->> 'order_id') AS order_id,
        btrim(event.properties ->> 'refund_id') AS refund_id
    FROM stream_events_at(%(xids)s::xid8[], %(positions)s::bigint[], %(times)s::timestamptz[]) AS event
),
bought AS (
    SELECT one.id, one.customer_id
    FROM told JOIN know_orders_order AS one ON one.source = told.source AND one.external_id = told.order_id
    WHERE told.name = ANY (%(orders)s::text[])
    UNION
    SELECT one.id, one.customer_id
    FROM told
    JOIN know_orders_refund AS refund ON refund.source = told.source AND refund.external_id = told.refund_id
    JOIN know_orders_order AS one ON one.id = refund.order_id
    WHERE told.name = 'Order Refunded'
)
SELECT member.id FROM bought JOIN decide_loyalty_member AS member ON member.customer_id = bought.customer_id
UNION
SELECT occasion.member_id
FROM bought
CROSS JOIN decide_loyalty_programme AS programme
JOIN decide_loyalty_occasion AS occasion ON occasion.programme_id = programme.id AND occasion.key = 'order:' || bought.id
UNION
SELECT member.id
FROM told
JOIN know_customers_distinctid AS known ON known.distinct_id = told.distinct_id
JOIN decide_loyalty_member AS member ON member.customer_id = known.customer_id
WHERE told.name <> ALL (%(orders)s::text[]) OR told.name = 'Order Refunded'
