-- What counts of members in the window that is now.
WITH member AS MATERIALIZED (
    SELECT
        member.id, member.customer_id,
        CASE
            WHEN %(counts_past)s::boolean THEN '-infinity'
            WHEN programme.is_automatic THEN programme.started_at
            ELSE greatest(programme.started_at, member.joined_at)
        END AS since
    FROM decide_loyalty_member AS member
    JOIN decide_loyalty_programme AS programme ON programme.id = member.programme_id
    WHERE member.id = ANY (%(members)s::bigint[])
),
bound AS (SELECT coalesce(%(start)s::timestamptz, '-infinity') AS least),
fact AS (
    /*facts*/
)
SELECT member_id, greatest(0, sum(amount))::bigint FROM fact WHERE at < coalesce(%(end)s::timestamptz, 'infinity') GROUP BY member_id
