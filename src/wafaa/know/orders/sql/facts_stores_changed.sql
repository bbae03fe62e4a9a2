-- Which parts of the store facts have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_orders_store WHERE changed_in >= (%(since)s::text)::xid8
