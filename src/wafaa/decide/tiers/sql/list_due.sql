-- Members of programmes that run, whose standing has to be looked at now.
SELECT standing.member_id
FROM decide_tiers_standing AS standing
JOIN decide_loyalty_member AS member ON member.id = standing.member_id AND member.customer_id IS NOT NULL AND member.left_at IS NULL
JOIN decide_loyalty_programme AS programme ON programme.id = standing.programme_id AND programme.state IN ('live', 'paused')
WHERE standing.due_at <= %(at)s
ORDER BY standing.due_at
LIMIT %(limit)s
