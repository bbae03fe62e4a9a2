-- Links of the chain that are not what their transfers give: (the last transfer in it, digest anew, digest kept).
SELECT seal.through, encode(anew.digest, 'hex'), encode(seal.digest, 'hex')
FROM (
    SELECT
        through, transfers, digest, coalesce(lag(digest) OVER (ORDER BY through), '') AS before,
        coalesce(lag(through) OVER (ORDER BY through), 0) AS after_id
    FROM act_points_seal
) AS seal
CROSS JOIN LATERAL act_points_digest(seal.before, seal.after_id, seal.through) AS anew
WHERE anew.digest <> seal.digest OR anew.rows <> seal.transfers
ORDER BY seal.through LIMIT %(at_most)s
