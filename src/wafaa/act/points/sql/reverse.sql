-- See act_points_reverse in migrations/0012_charged_at_most.py.
SELECT own, others, owing, forgiven, replayed FROM act_points_reverse(
    %(key)s::text, %(award_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz,
    %(takes_others)s::boolean, %(forgives_max)s::bigint, %(cause)s::jsonb
)
