-- Counted orders of some customers, up to a number of each.
SELECT asked.customer_id, bought.id, bought.ordered_at, bought.gross_minor, coalesce(store.code, ''), bought.channel, bought.currency
FROM unnest(%(ids)s::bigint[]) AS asked (customer_id)
CROSS JOIN LATERAL (
    SELECT * FROM know_orders_order AS one WHERE one.customer_id = asked.customer_id AND one.counted LIMIT %(limit)s
) AS bought
LEFT JOIN know_orders_store AS store ON store.id = bought.store_id
