-- See act_points_merge in migrations/0002_functions.py.
SELECT act_points_merge(%(source_id)s::bigint, %(target_id)s::bigint, %(at)s::timestamptz, %(lots)s::bigint[])
