-- See act_points_reverse in migrations/0009_charges.py.
SELECT own, others, owing, forgiven, replayed FROM act_points_reverse(
    %(key)s::text, %(award_id)s::bigint, %(amount)s::bigint, %(at)s::timestamptz,
    %(takes_others)s::boolean, %(owes)s::boolean, %(cause)s::jsonb
)
