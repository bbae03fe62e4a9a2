-- Turns memberships whose moment has come into what was known beforehand, of each build some, the longest due first; not of
-- customers of whom something was said that nobody looked at.
WITH due AS MATERIALIZED (
    SELECT build.id AS build_id, foreseen.*
    FROM unnest(%(build_ids)s::bigint[]) AS build (id)
    CROSS JOIN LATERAL (
        SELECT member.customer_id, member.is_member, member.then_member, member.then_flips_at
        FROM learn_segments_membership AS member
        WHERE member.build_id = build.id AND member.flips_at <= %(now)s AND member.then_member IS NOT NULL
            AND member.customer_id <> ALL (%(unsettled)s::bigint[])
        ORDER BY member.flips_at
        LIMIT %(limit)s
    ) AS foreseen
    LIMIT %(limit)s
), gone AS (
    DELETE FROM learn_segments_membership AS kept
    USING due
    WHERE kept.build_id = due.build_id AND kept.customer_id = due.customer_id AND NOT due.then_member AND due.then_flips_at IS NULL
), turned AS (
    UPDATE learn_segments_membership AS kept
    SET is_member = due.then_member, since = CASE WHEN kept.is_member = due.then_member THEN kept.since ELSE %(now)s END,
        flips_at = due.then_flips_at, then_member = NULL, then_flips_at = NULL
    FROM due
    WHERE kept.build_id = due.build_id AND kept.customer_id = due.customer_id
        AND (due.then_member OR due.then_flips_at IS NOT NULL)
)
-- as texts: whoever tells of them hands them back as they are
SELECT
    count(*), coalesce(array_agg(build_id) FILTER (WHERE crosses), '{}')::text,
    coalesce(array_agg(customer_id) FILTER (WHERE crosses), '{}')::text,
    coalesce(array_agg(then_member) FILTER (WHERE crosses), '{}')::text
FROM (SELECT *, is_member <> then_member AS crosses FROM due) AS turning
