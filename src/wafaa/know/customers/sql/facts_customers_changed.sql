-- Which parts of the customer facts have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_customers_customer WHERE changed_in >= (%(since)s::text)::xid8
