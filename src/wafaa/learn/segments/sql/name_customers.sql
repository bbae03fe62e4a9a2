-- By which distinct id events about some customers are told: their own before a browser's, the same each time.
SELECT DISTINCT ON (person.id) person.id, person.uuid, known.distinct_id
FROM know_customers_customer AS person
JOIN know_customers_distinctid AS known ON known.customer_id = person.id
WHERE person.id = ANY (%(ids)s::bigint[])
ORDER BY person.id, known.distinct_id LIKE 'anonymous:%%', known.distinct_id COLLATE "C"
