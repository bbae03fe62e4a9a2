-- Makes a customer for each distinct id that has none. The ids go in first, in sorted order: of two transactions with an id in
-- common the second waits there and then finds the customer of the first.
WITH asked AS (
    SELECT * FROM unnest(%(distinct_ids)s::varchar[], %(uuids)s::uuid[], %(external_ids)s::varchar[], %(search_texts)s::text[],
        %(sources)s::varchar[])
        AS given (distinct_id, uuid, external_id, search_text, source)
), linked AS (
    INSERT INTO know_customers_distinctid (distinct_id, customer_id)
    SELECT distinct_id, nextval(pg_get_serial_sequence('know_customers_customer', 'id'))
    FROM asked ORDER BY distinct_id
    ON CONFLICT DO NOTHING
    RETURNING distinct_id, customer_id
)
INSERT INTO know_customers_customer
    (id, uuid, external_id, name, email, phone, language, country, city, birth_date, attributes, search_text, source, created_at)
SELECT customer_id, uuid, external_id, '', '', '', '', '', '', NULL, '{}', search_text, source, %(now)s
FROM linked JOIN asked USING (distinct_id)
