-- Whoever was merged into a customer that the source told of goes with them, and whoever was merged into those: their ids and
-- orders went there.
WITH RECURSIVE joined AS (
    SELECT id FROM know_customers_customer WHERE source = %(source)s
    UNION
    SELECT gone.id FROM know_customers_customer AS gone JOIN joined ON gone.merged_into_id = joined.id
)
UPDATE know_customers_customer AS gone SET source = %(source)s
FROM joined
WHERE gone.id = joined.id AND gone.source <> %(source)s;

-- Their ids, what staff noted about them, and merges that they took part in.
DELETE FROM know_customers_distinctid USING know_customers_customer AS customer
WHERE customer_id = customer.id AND customer.source = %(source)s;

DELETE FROM know_customers_customertag USING know_customers_customer AS customer
WHERE customer_id = customer.id AND customer.source = %(source)s;

DELETE FROM know_customers_merge USING know_customers_customer AS customer
WHERE customer.id IN (kept_id, gone_id) AND customer.source = %(source)s
