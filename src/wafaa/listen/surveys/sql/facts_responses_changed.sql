-- Which parts of the response facts have rows written since a transaction, or products that got to be known since.
SELECT DISTINCT id / %(part_rows)s FROM listen_surveys_response WHERE changed_in >= (%(since)s::text)::xid8
UNION
SELECT DISTINCT response.id / %(part_rows)s
FROM know_orders_product AS product
JOIN listen_surveys_response AS response ON response.product = product.sku AND response.product <> ''
WHERE product.changed_in >= (%(since)s::text)::xid8
