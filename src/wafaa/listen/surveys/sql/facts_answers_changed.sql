-- Which parts of the answer facts have rows written since a transaction, or rows of responses that were, or products that got to be
-- known since.
SELECT DISTINCT id / %(part_rows)s FROM listen_surveys_answer WHERE changed_in >= (%(since)s::text)::xid8
UNION
SELECT DISTINCT answer.id / %(part_rows)s
FROM listen_surveys_response AS response
JOIN listen_surveys_answer AS answer ON answer.response_id = response.id
WHERE response.changed_in >= (%(since)s::text)::xid8
UNION
SELECT DISTINCT answer.id / %(part_rows)s
FROM know_orders_product AS product
JOIN listen_surveys_response AS response ON response.product = product.sku AND response.product <> ''
JOIN listen_surveys_answer AS answer ON answer.response_id = response.id
WHERE product.changed_in >= (%(since)s::text)::xid8
