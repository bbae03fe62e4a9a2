-- A wallet of the unit for each customer, made where there is none: (customer, wallet).
WITH told AS (
    SELECT DISTINCT customer_id FROM unnest(%(customer_ids)s::bigint[]) AS customer_id
), made AS (
    INSERT INTO act_points_wallet (uuid, unit_id, customer_id, opened_at)
    SELECT gen_random_uuid(), %(unit_id)s, customer_id, %(now)s FROM told ORDER BY customer_id
    ON CONFLICT (customer_id, unit_id) DO NOTHING
    RETURNING customer_id, id
)
SELECT customer_id, id FROM made
UNION ALL
SELECT customer_id, id FROM act_points_wallet JOIN told USING (customer_id)
WHERE unit_id = %(unit_id)s AND customer_id NOT IN (SELECT customer_id FROM made)
