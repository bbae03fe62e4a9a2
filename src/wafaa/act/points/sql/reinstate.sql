-- See act_points_reinstate in migrations/0004_telling.py.
SELECT act_points_reinstate(%(key)s::text, %(transfer_id)s::bigint, %(at)s::timestamptz, %(ends_at)s::timestamptz, %(cause)s::jsonb)
