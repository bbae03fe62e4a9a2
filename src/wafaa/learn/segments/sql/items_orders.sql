-- Counted orders.
SELECT bought.customer_id, bought.ordered_at AS at, bought.gross_minor AS amount, bought.store_id, bought.channel, bought.currency
FROM know_orders_order AS bought
/*whose*/
WHERE bought.counted /*ids*/ /*within*/
