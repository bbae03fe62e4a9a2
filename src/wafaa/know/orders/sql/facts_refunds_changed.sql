-- Which parts of the refund facts have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_orders_refund WHERE changed_in >= (%(since)s::text)::xid8
