-- Wallets whose balances are not what their entries sum to: (wallet, role, entries, balance).
SELECT wallet.id, account.role, coalesce(entries.amount, 0), account.balance
FROM act_points_wallet AS wallet
CROSS JOIN LATERAL (VALUES (11, active), (12, pending), (13, held), (14, -owed)) AS account (role, balance)
LEFT JOIN (
    SELECT wallet_id, role, sum(amount) AS amount FROM act_points_entry WHERE wallet_id IS NOT NULL GROUP BY wallet_id, role
) AS entries ON entries.wallet_id = wallet.id AND entries.role = account.role
WHERE coalesce(entries.amount, 0) <> account.balance
ORDER BY wallet.id, account.role LIMIT %(at_most)s
