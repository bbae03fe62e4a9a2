-- What ended in a wallet from a moment on and was not brought back: (transfer, amount, when), oldest first.
SELECT transfer.id, sum(used.amount - used.restored)::bigint, transfer.occurred_at
FROM act_points_transfer AS transfer JOIN act_points_lotuse AS used ON used.transfer_id = transfer.id
WHERE transfer.source_id = %(wallet_id)s AND transfer.kind = 7 AND transfer.occurred_at >= %(since)s
GROUP BY transfer.id HAVING sum(used.amount - used.restored) > 0
ORDER BY transfer.id
