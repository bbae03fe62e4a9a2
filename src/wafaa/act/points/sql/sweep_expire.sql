-- See act_points_expire in migrations/0004_telling.py: how many lots, and the transfers.
SELECT gone, transfers FROM act_points_expire(%(at)s::timestamptz, %(at_most)s::integer)
