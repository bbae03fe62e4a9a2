-- Deletes what a source told: lines before orders, refunds before the orders that they belong to.
-- The totals of customers who bought elsewhere too are wrong until they are counted anew, so only theirs are kept for that.
DELETE FROM know_orders_refundline AS line USING know_orders_refund AS refund
WHERE refund.id = line.refund_id AND refund.source = %(source)s;

DELETE FROM know_orders_orderline AS line USING know_orders_order AS bought
WHERE bought.id = line.order_id AND bought.source = %(source)s;

DELETE FROM know_orders_customertotals AS totals USING know_customers_customer AS customer
WHERE customer.id = totals.customer_id AND customer.source = %(source)s;

DELETE FROM know_orders_refund WHERE source = %(source)s;

DELETE FROM know_orders_order WHERE source = %(source)s;

DELETE FROM know_orders_product AS product
WHERE product.source = %(source)s
    AND NOT EXISTS (SELECT FROM know_orders_orderline AS line WHERE line.product_id = product.id)
    AND NOT EXISTS (SELECT FROM know_orders_refundline AS line WHERE line.product_id = product.id)
    AND NOT EXISTS (SELECT FROM know_orders_productcost AS cost WHERE cost.product_id = product.id);

DELETE FROM know_orders_store_staff AS works USING know_orders_store AS store
WHERE store.id = works.store_id AND store.source = %(source)s
    AND NOT EXISTS (SELECT FROM know_orders_order AS bought WHERE bought.store_id = store.id)
    AND NOT EXISTS (SELECT FROM know_orders_refund AS refund WHERE refund.store_id = store.id);

DELETE FROM know_orders_store AS store
WHERE store.source = %(source)s
    AND NOT EXISTS (SELECT FROM know_orders_order AS bought WHERE bought.store_id = store.id)
    AND NOT EXISTS (SELECT FROM know_orders_refund AS refund WHERE refund.store_id = store.id)
