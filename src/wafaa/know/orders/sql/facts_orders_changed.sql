-- Which parts of the order facts have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_orders_order WHERE changed_in >= (%(since)s::text)::xid8
