-- See act_points_restore in migrations/0002_functions.py.
SELECT act_points_restore(
    %(key)s::text, %(spend_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz, %(ends_at)s::timestamptz, %(cause)s::jsonb
)
