-- See act_points_debit in migrations/0002_functions.py.
SELECT act_points_debit(
    %(key)s::text, %(kind)s::integer, %(role)s::integer, %(wallet_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz, %(cause)s::jsonb
)
