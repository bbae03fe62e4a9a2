-- Writes many customers' columns at once.
UPDATE know_customers_customer AS customer
SET
    external_id = told.external_id, name = told.name, email = told.email, phone = told.phone, language = told.language,
    country = told.country, city = told.city, birth_date = told.birth_date, attributes = told.attributes,
    search_text = told.search_text, name_key = told.name_key, changed_in = pg_current_xact_id()
FROM unnest(
    %(ids)s::bigint[], %(external_ids)s::varchar[], %(names)s::varchar[], %(emails)s::varchar[], %(phones)s::varchar[],
    %(languages)s::varchar[], %(countries)s::varchar[], %(cities)s::varchar[], %(birth_dates)s::date[],
    %(attributes)s::jsonb[], %(search_texts)s::text[], %(name_keys)s::varchar[]
) AS told (
    id, external_id, name, email, phone, language, country, city, birth_date, attributes, search_text, name_key
)
WHERE customer.id = told.id
