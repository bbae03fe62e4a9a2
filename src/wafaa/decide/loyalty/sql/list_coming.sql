-- Who comes into the trials of programmes by these orders: bought since it began, and is no member. With the moment just after their
-- first one, so that this order itself is what they did before.
SELECT trial.experiment_id, bought.customer_id, min(bought.ordered_at) + interval '1 microsecond' AS at
FROM know_orders_order AS bought
JOIN decide_loyalty_trial AS trial ON true
JOIN decide_experiments_experiment AS experiment ON experiment.id = trial.experiment_id AND experiment.state = 'running'
JOIN decide_loyalty_programme AS programme ON programme.id = trial.programme_id
    AND programme.is_automatic AND programme.state IN ('live', 'paused') AND programme.started_at <= bought.ordered_at
WHERE bought.id = ANY (%(orders)s::bigint[]) AND bought.counted
    AND NOT EXISTS (
        SELECT FROM decide_loyalty_member AS member
        WHERE member.programme_id = programme.id AND member.customer_id = bought.customer_id)
GROUP BY trial.experiment_id, bought.customer_id
ORDER BY trial.experiment_id, bought.customer_id
