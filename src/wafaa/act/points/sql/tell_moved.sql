-- Events of what these transfers moved in wallets of customers who are known: one for each wallet.
SELECT
    %(prefix)s::text || ':' || max(transfer.id), 'track', %(name)s::varchar, known.distinct_id, %(now)s::timestamptz,
    json_build_object(
        'unit', unit.code, 'points', sum(transfer.amount), 'balance', wallet.active, 'pending', wallet.pending, 'owed', wallet.owed
    ),
    '{}', 'points'
FROM act_points_transfer AS transfer
JOIN act_points_wallet AS wallet ON wallet.id = transfer.source_id
JOIN act_points_unit AS unit ON unit.id = wallet.unit_id
CROSS JOIN LATERAL (
    SELECT one.distinct_id
    FROM know_customers_distinctid AS one
    WHERE one.customer_id = wallet.customer_id
    ORDER BY one.distinct_id LIKE 'anonymous:%%', one.distinct_id COLLATE "C"
    LIMIT 1
) AS known
WHERE transfer.id = ANY (%(transfers)s::bigint[])
GROUP BY wallet.id, unit.id, known.distinct_id
ORDER BY max(transfer.id)
