-- Counts the places that customers hold in pools that limit them anew: all of a pool, or some customers everywhere.
INSERT INTO act_vouchers_customercount (pool_id, customer_id, uses, uses_max)
SELECT pool.id, one.customer_id, count(*), greatest(pool.customer_uses_max, count(*))
FROM act_vouchers_use one JOIN act_vouchers_pool pool ON pool.id = one.pool_id
WHERE one.state IN ('reserved', 'redeemed') AND one.customer_id IS NOT NULL AND pool.customer_uses_max IS NOT NULL
    AND (pool.id = %(pool)s OR one.customer_id = ANY (%(customers)s))
GROUP BY pool.id, one.customer_id
ON CONFLICT (pool_id, customer_id) DO UPDATE SET uses = excluded.uses, uses_max = excluded.uses_max
