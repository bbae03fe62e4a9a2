-- See act_points_credit in migrations/0002_functions.py.
SELECT act_points_credit(
    %(key)s::text, %(kind)s::integer, %(role)s::integer, %(wallet_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz,
    %(usable_from)s::timestamptz, %(expires_at)s::timestamptz, %(cause)s::jsonb
)
