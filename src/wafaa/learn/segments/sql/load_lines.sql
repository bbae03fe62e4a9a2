-- Counted lines of some orders that name a product.
SELECT line.order_id, product.sku, product.category, line.amount_minor
FROM know_orders_orderline AS line
JOIN know_orders_product AS product ON product.id = line.product_id
WHERE line.order_id = ANY (%(orders)s::bigint[]) AND line.counted
