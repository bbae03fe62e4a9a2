-- Wallets of customers in which something that was given for longer ends on a day, and of which that was not said at this step.
SELECT DISTINCT lot.wallet_id
FROM act_points_lot AS lot
JOIN act_points_wallet AS wallet ON wallet.id = lot.wallet_id AND wallet.unit_id = %(unit_id)s AND wallet.customer_id IS NOT NULL
JOIN act_points_transfer AS award ON award.id = lot.award_id
    AND lot.expires_at - award.occurred_at >= make_interval(days => 2 * %(step)s)
WHERE lot.is_open AND NOT lot.is_pending AND lot.expires_at > %(since)s AND lot.expires_at <= %(until)s
    AND NOT EXISTS (
        SELECT FROM decide_loyalty_notice AS said
        WHERE said.wallet_id = lot.wallet_id AND said.step = %(step)s AND said.expires_on = %(day)s
    )
ORDER BY lot.wallet_id LIMIT %(at_most)s
