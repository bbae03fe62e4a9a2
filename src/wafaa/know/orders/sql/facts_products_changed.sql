-- Which parts of the product facts have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_orders_product WHERE changed_in >= (%(since)s::text)::xid8
