-- Counted orders with what some of their lines were charged.
SELECT
    bought.customer_id, bought.ordered_at AS at, sum(line.amount_minor)::bigint AS amount, bought.store_id, bought.channel,
    bought.currency
FROM know_orders_order AS bought
JOIN know_orders_orderline AS line ON line.order_id = bought.id AND line.counted
/*whose*/
WHERE bought.counted AND line.product_id = ANY (ARRAY(SELECT product.id FROM know_orders_product AS product WHERE /*products*/))
    /*ids*/ /*within*/
GROUP BY bought.id
