-- What wallets hold, and of their lots what can be used at a moment: ended ones that are still on the books can't.
SELECT
    wallet.id, wallet.active, wallet.pending, wallet.held, wallet.owed,
    coalesce(lots.ended, 0), coalesce(lots.ripe, 0), coalesce(lots.ending, '[]'), coalesce(lots.ripening, '[]')
FROM act_points_wallet AS wallet
CROSS JOIN LATERAL (
    SELECT
        sum(amount) FILTER (WHERE NOT waits AND has_ended) AS ended,
        sum(amount) FILTER (WHERE is_pending AND NOT waits) AS ripe,
        json_agg(json_build_array(expires_at, amount) ORDER BY expires_at) FILTER (WHERE NOT waits AND NOT has_ended AND expires_at IS NOT NULL) AS ending,
        json_agg(json_build_array(usable_from, amount) ORDER BY usable_from) FILTER (WHERE waits) AS ripening
    FROM (
        SELECT
            is_pending, is_pending AND usable_from > %(at)s AS waits, coalesce(expires_at <= %(at)s, false) AS has_ended,
            CASE WHEN is_pending AND usable_from > %(at)s THEN NULL ELSE expires_at END AS expires_at,
            CASE WHEN is_pending AND usable_from > %(at)s THEN usable_from END AS usable_from,
            sum(remaining) AS amount
        FROM act_points_lot WHERE wallet_id = wallet.id AND is_open
        GROUP BY 1, 2, 3, 4, 5
    ) AS grouped
) AS lots
WHERE wallet.id = ANY (%(wallet_ids)s::bigint[])
