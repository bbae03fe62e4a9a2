-- How much there is: transfers, wallets, seals, and the transfers that are sealed.
SELECT
    (SELECT count(*) FROM act_points_transfer), (SELECT count(*) FROM act_points_wallet),
    (SELECT count(*) FROM act_points_seal), (SELECT coalesce(sum(transfers), 0) FROM act_points_seal)::bigint
