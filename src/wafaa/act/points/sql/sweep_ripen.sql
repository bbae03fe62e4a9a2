-- See act_points_ripen_due in migrations/0002_functions.py.
SELECT act_points_ripen_due(%(at)s::timestamptz, %(at_most)s::integer)
