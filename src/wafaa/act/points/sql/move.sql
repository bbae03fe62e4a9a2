-- See act_points_move in migrations/0002_functions.py.
SELECT act_points_move(
    %(key)s::text, %(source_id)s::bigint, %(target_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz, %(cause)s::jsonb
)
