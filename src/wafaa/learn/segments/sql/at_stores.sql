-- At stores of these codes, which are looked up once.
store_id = ANY (ARRAY(SELECT store.id FROM know_orders_store AS store WHERE store.code = ANY (/*codes*/)))
