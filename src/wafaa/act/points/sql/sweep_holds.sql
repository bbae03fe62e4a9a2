-- See act_points_end_holds in migrations/0002_functions.py.
SELECT act_points_end_holds(%(at)s::timestamptz, %(at_most)s::integer)
