-- Whose moment has come, of each build some, the longest due first.
SELECT build.id, due.customer_id, due.is_member, due.flips_at
FROM unnest(%(build_ids)s::bigint[]) AS build (id)
CROSS JOIN LATERAL (
    SELECT member.customer_id, member.is_member, member.flips_at
    FROM learn_segments_membership AS member
    WHERE member.build_id = build.id AND member.flips_at <= %(now)s
    ORDER BY member.flips_at
    LIMIT %(limit)s
) AS due
LIMIT %(limit)s
