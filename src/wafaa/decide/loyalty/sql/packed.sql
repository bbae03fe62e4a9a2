-- A part of what awards: what is due goes to the ledger, each under its own key for good; see the ledger's function
-- act_points_award_many. Gives the transfers by their places.
made AS MATERIALIZED (
    SELECT given.place, abs(given.transfer_id) AS transfer_id
    FROM (
        SELECT
            array_agg(key ORDER BY place) AS keys, array_agg(wallet_id ORDER BY place) AS wallets,
            array_agg(amount ORDER BY place) AS amounts, array_agg(at ORDER BY place) AS moments,
            array_agg(usable ORDER BY place) AS usables, array_agg(ends ORDER BY place) AS ends,
            array_agg(cause ORDER BY place) AS causes
        FROM due
    ) AS packed
    CROSS JOIN LATERAL act_points_award_many(
        packed.keys, packed.wallets, packed.amounts, packed.moments, packed.usables, packed.ends, packed.causes) AS given
    WHERE packed.keys IS NOT NULL
)
