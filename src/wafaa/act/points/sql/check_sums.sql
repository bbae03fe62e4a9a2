-- Units whose entries do not sum to zero, or name wallets of another unit: (unit, what it should be, what it is).
SELECT unit_id::text, '0', sum(amount)::text FROM act_points_entry GROUP BY unit_id HAVING sum(amount) <> 0
UNION ALL
SELECT 'transfer ' || transfer_id, 'unit ' || entry.unit_id, 'unit ' || coalesce(wallet.unit_id::text, 'of no wallet')
FROM act_points_entry AS entry LEFT JOIN act_points_wallet AS wallet ON wallet.id = entry.wallet_id
WHERE entry.wallet_id IS NOT NULL AND wallet.unit_id IS DISTINCT FROM entry.unit_id
LIMIT %(at_most)s
