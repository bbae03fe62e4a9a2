-- Facts about stores.
SELECT id::integer AS store_id, code, name
FROM know_orders_store
WHERE id >= %(low)s AND id < %(high)s
ORDER BY id
