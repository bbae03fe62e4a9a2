-- The next link of the chain: (the last transfer in it, its digest, how many transfers).
SELECT batch.through, digested.digest, digested.rows
FROM (
    SELECT max(id) AS through FROM (
        SELECT id FROM act_points_transfer WHERE id > %(after)s AND id <= %(highest)s ORDER BY id LIMIT %(batch)s
    ) AS next
) AS batch
CROSS JOIN LATERAL act_points_digest(%(before)s::bytea, %(after)s, batch.through) AS digested
