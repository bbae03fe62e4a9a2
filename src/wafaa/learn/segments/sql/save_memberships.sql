-- Writes how some customers stand by some builds; since when is kept where it stays.
INSERT INTO learn_segments_membership AS kept (build_id, customer_id, is_member, since, flips_at, then_member, then_flips_at)
SELECT build_id, customer_id, is_member, %(now)s, flips_at, then_member, then_flips_at
FROM unnest(
    %(build_ids)s::bigint[], %(customer_ids)s::bigint[], %(members)s::boolean[], %(flips)s::timestamptz[],
    %(then_members)s::boolean[], %(then_flips)s::timestamptz[]
) AS told (build_id, customer_id, is_member, flips_at, then_member, then_flips_at)
ON CONFLICT (build_id, customer_id) DO UPDATE SET
    since = CASE WHEN kept.is_member = excluded.is_member THEN kept.since ELSE excluded.since END,
    is_member = excluded.is_member, flips_at = excluded.flips_at,
    then_member = excluded.then_member, then_flips_at = excluded.then_flips_at
