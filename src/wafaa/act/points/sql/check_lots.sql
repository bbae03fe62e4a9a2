-- Wallets whose lots do not sum to what is active or pending: (wallet, role, lots, balance).
SELECT wallet.id, account.role, coalesce(lots.amount, 0), account.balance
FROM act_points_wallet AS wallet
CROSS JOIN LATERAL (VALUES (11, active), (12, pending)) AS account (role, balance)
LEFT JOIN (
    SELECT wallet_id, CASE WHEN is_pending THEN 12 ELSE 11 END AS role, sum(remaining) AS amount
    FROM act_points_lot WHERE is_open GROUP BY 1, 2
) AS lots ON lots.wallet_id = wallet.id AND lots.role = account.role
WHERE coalesce(lots.amount, 0) <> account.balance
ORDER BY wallet.id, account.role LIMIT %(at_most)s
