-- See act_points_award_many in migrations/0002_functions.py.
SELECT place, transfer_id FROM act_points_award_many(
    %(keys)s::text[], %(wallets)s::bigint[], %(amounts)s::bigint[], %(moments)s::timestamptz[], %(usables)s::timestamptz[],
    %(ends)s::timestamptz[], %(causes)s::jsonb[]
)
