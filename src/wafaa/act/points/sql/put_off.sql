-- See act_points_put_off in migrations/0004_telling.py.
SELECT act_points_put_off(%(wallets)s::bigint[], %(ends)s::timestamptz[], %(cause)s::jsonb, %(at)s::timestamptz)
