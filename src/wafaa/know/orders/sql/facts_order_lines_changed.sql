-- Which parts of the order line facts have rows written since a transaction, or lines whose product has a new cost.
SELECT DISTINCT id / %(part_rows)s FROM know_orders_order WHERE changed_in >= (%(since)s::text)::xid8
UNION
SELECT DISTINCT line.order_id / %(part_rows)s
FROM know_orders_orderline AS line
WHERE line.cost_minor IS NULL AND line.product_id IN (
    SELECT product_id FROM know_orders_productcost WHERE changed_in >= (%(since)s::text)::xid8
)
