-- See act_points_hold in migrations/0002_functions.py. Programs know a wallet by its UUID only.
SELECT placed, hold.uuid, hold.amount, hold.state, hold.ends_at
FROM act_points_hold(
    %(key)s::text, %(uuid)s::uuid,
    coalesce(%(wallet_id)s::bigint, (SELECT id FROM act_points_wallet WHERE uuid = %(wallet)s::uuid)),
    %(amount)s::bigint, %(at)s::timestamptz, %(ends_at)s::timestamptz, %(cause)s::jsonb
) AS placed
LEFT JOIN act_points_hold AS hold ON hold.id = -placed
