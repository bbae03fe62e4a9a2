-- Facts about milestones: times in UTC, days in the business's zone; the order that it is about, where that is known.
SELECT
    milestone.id AS milestone_id, milestone.traveller_id, bought.id AS order_id, milestone.kind,
    milestone.source || ':' || milestone.number AS subject, milestone.step,
    milestone.at AT TIME ZONE 'UTC' AS at, (milestone.at AT TIME ZONE %(time_zone)s)::date AS day,
    milestone.due_at AT TIME ZONE 'UTC' AS due_at, milestone.reason
FROM know_journey_milestone AS milestone
LEFT JOIN know_orders_order AS bought
    ON milestone.kind = 'order' AND bought.source = milestone.source AND bought.external_id = milestone.number
WHERE milestone.id >= %(low)s AND milestone.id < %(high)s
ORDER BY milestone.id
