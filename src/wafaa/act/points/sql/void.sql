-- See act_points_void in migrations/0002_functions.py.
SELECT act_points_void(%(uuid)s::uuid, 3, %(at)s::timestamptz)
