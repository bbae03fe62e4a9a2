-- Names a store by its code; learning hears of it by changed_in.
INSERT INTO know_orders_store AS store (code, name, source) VALUES (%(code)s, %(name)s, %(source)s)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, changed_in = pg_current_xact_id()
WHERE store.name <> excluded.name
