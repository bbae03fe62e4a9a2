-- How often rewards were had since the beginnings of day, month, year and ever: by a member, and of `limited` ones by all. Late ones
-- hold no place.
SELECT
    one.reward_id,
    count(*) FILTER (WHERE mine AND one.placed_at >= %(day)s), count(*) FILTER (WHERE mine AND one.placed_at >= %(month)s),
    count(*) FILTER (WHERE mine AND one.placed_at >= %(year)s), count(*) FILTER (WHERE mine),
    count(*) FILTER (WHERE one.placed_at >= %(day)s), count(*) FILTER (WHERE one.placed_at >= %(month)s),
    count(*) FILTER (WHERE one.placed_at >= %(year)s), count(*)
FROM decide_rewards_redemption AS one
CROSS JOIN LATERAL (SELECT coalesce(one.customer_id = %(customer)s::bigint, false) AS mine) AS whose
WHERE
    (one.customer_id = %(customer)s::bigint OR one.reward_id = ANY (%(limited)s::bigint[]))
    AND one.reward_id = ANY (%(rewards)s::bigint[]) AND one.state IN (1, 2)
    AND NOT (one.state = 1 AND one.ends_at <= %(moment)s)
GROUP BY one.reward_id
