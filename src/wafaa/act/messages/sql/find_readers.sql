-- Some customers as sending needs them, with one of the ids by which the stream knows each; of who was merged, the other.
SELECT
    asked.id, reader.id, reader.uuid, reader.name, reader.email, reader.phone, reader.language, reader.country, reader.city,
    (
        SELECT known.distinct_id FROM know_customers_distinctid AS known
        WHERE known.customer_id = reader.id
        ORDER BY known.distinct_id
        LIMIT 1
    )
FROM unnest(%(customer_ids)s::bigint[]) AS asked (id)
JOIN know_customers_customer AS told ON told.id = asked.id
JOIN know_customers_customer AS reader ON reader.id = coalesce(told.merged_into_id, told.id)
