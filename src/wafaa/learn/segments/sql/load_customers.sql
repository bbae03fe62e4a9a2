-- The rows of some customers, with the texts of some of their own fields.
SELECT
    person.id, person.external_id, person.name, person.email, person.phone, person.language, person.country, person.city,
    person.owner_id, person.birth_date, person.created_at,
    (
        SELECT json_object_agg(asked.key, learn_segments_text(person.attributes -> asked.key))
        FROM unnest(%(own)s::text[]) AS asked (key)
        WHERE person.attributes ? asked.key
    )
FROM know_customers_customer AS person
WHERE person.id = ANY (%(ids)s::bigint[]) AND person.merged_into_id IS NULL
