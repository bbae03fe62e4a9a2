-- See act_points_capture in migrations/0002_functions.py.
SELECT act_points_capture(%(key)s::text, %(uuid)s::uuid, %(amount)s::bigint, %(at)s::timestamptz, %(cause)s::jsonb)
