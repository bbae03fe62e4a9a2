-- Whose moment has come and must be looked at, of each build some, the longest due first: what comes is not known beforehand, or
-- something was said of the customer (of anybody, without `settled`).
SELECT build.id, due.customer_id, due.is_member, due.flips_at, due.then_member, due.then_flips_at
FROM unnest(%(build_ids)s::bigint[]) AS build (id)
CROSS JOIN LATERAL (
    SELECT member.customer_id, member.is_member, member.flips_at, member.then_member, member.then_flips_at
    FROM learn_segments_membership AS member
    WHERE member.build_id = build.id AND member.flips_at <= %(now)s
        AND (member.then_member IS NULL OR NOT %(settled)s OR member.customer_id = ANY (%(unsettled)s::bigint[]))
    ORDER BY member.flips_at
    LIMIT %(limit)s
) AS due
LIMIT %(limit)s
