-- When the next membership may change by itself.
SELECT min(next.flips_at)
FROM unnest(%(build_ids)s::bigint[]) AS build (id)
CROSS JOIN LATERAL (
    SELECT member.flips_at
    FROM learn_segments_membership AS member
    WHERE member.build_id = build.id AND member.flips_at IS NOT NULL
    ORDER BY member.flips_at
    LIMIT 1
) AS next
