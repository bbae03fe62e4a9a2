-- See act_points_expire in migrations/0002_functions.py.
SELECT act_points_expire(%(at)s::timestamptz, %(at_most)s::integer)
