-- Wallets whose open holds do not sum to what is held: (wallet, holds, balance).
SELECT wallet.id, coalesce(holds.amount, 0), wallet.held
FROM act_points_wallet AS wallet
LEFT JOIN (SELECT wallet_id, sum(amount) AS amount FROM act_points_hold WHERE state = 1 GROUP BY wallet_id) AS holds
    ON holds.wallet_id = wallet.id
WHERE coalesce(holds.amount, 0) <> wallet.held
ORDER BY wallet.id LIMIT %(at_most)s
