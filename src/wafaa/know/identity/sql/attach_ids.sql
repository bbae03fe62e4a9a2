-- Ids that are nobody's become a customer's; which of them did.
INSERT INTO know_customers_distinctid (distinct_id, customer_id)
SELECT * FROM unnest(%(distinct_ids)s::varchar[], %(customers)s::bigint[]) AS coming (distinct_id, customer_id)
ORDER BY 1
ON CONFLICT DO NOTHING
RETURNING distinct_id
