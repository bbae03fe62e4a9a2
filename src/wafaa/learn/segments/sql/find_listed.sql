-- Which customers the cells of a list mean, with the place of each: by distinct id, customer number, e-mail or phone. A cell
-- that means several people means none.
SELECT asked.place, min(found.id)
FROM unnest(%(cells)s::text[], %(emails)s::text[], %(phones)s::text[]) WITH ORDINALITY AS asked (cell, email, phone, place)
CROSS JOIN LATERAL (
    SELECT known.customer_id AS id FROM know_customers_distinctid AS known WHERE known.distinct_id = asked.cell
    UNION
    SELECT one.id FROM know_customers_customer AS one WHERE one.external_id = asked.cell AND one.merged_into_id IS NULL
    UNION
    SELECT one.id FROM know_customers_customer AS one WHERE asked.email <> '' AND one.email = asked.email AND one.email <> ''
        AND one.merged_into_id IS NULL
    UNION
    SELECT one.id FROM know_customers_customer AS one WHERE asked.phone <> '' AND one.phone = asked.phone AND one.phone <> ''
        AND one.merged_into_id IS NULL
) AS found
GROUP BY asked.place
HAVING count(*) = 1
