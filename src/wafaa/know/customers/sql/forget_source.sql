-- What staff noted about the customers that a source told of, and merges that they took part in.
DELETE FROM know_customers_customertag USING know_customers_customer AS customer
WHERE customer_id = customer.id AND customer.source = %(source)s;

DELETE FROM know_customers_merge USING know_customers_customer AS customer
WHERE customer.id IN (kept_id, gone_id) AND customer.source = %(source)s;

-- Whoever was merged into one of them goes with them: their ids and orders went there.
DELETE FROM know_customers_distinctid USING know_customers_customer AS gone, know_customers_customer AS kept
WHERE customer_id = gone.id AND gone.merged_into_id = kept.id AND kept.source = %(source)s;

UPDATE know_customers_customer AS gone SET source = kept.source
FROM know_customers_customer AS kept
WHERE gone.merged_into_id = kept.id AND kept.source = %(source)s
