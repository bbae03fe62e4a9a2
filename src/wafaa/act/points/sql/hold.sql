-- See act_points_hold in migrations/0002_functions.py.
SELECT placed, hold.uuid, hold.amount, hold.state, hold.ends_at
FROM act_points_hold(
    %(key)s::text, %(uuid)s::uuid, %(wallet_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz, %(ends_at)s::timestamptz, %(cause)s::jsonb
) AS placed
LEFT JOIN act_points_hold AS hold ON hold.id = -placed
