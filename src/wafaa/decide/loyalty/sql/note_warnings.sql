-- Whoever writes the row is the one who tells. Returns the wallets.
INSERT INTO decide_loyalty_notice (wallet_id, step, expires_on)
SELECT wallet, %(step)s, %(day)s FROM unnest(%(wallets)s::bigint[]) AS wallet ORDER BY wallet
ON CONFLICT DO NOTHING
RETURNING wallet_id
