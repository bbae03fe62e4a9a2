-- Of a programme's trial: members who asked by themselves before they came in, on either side, and those of the control group
-- who asked afterwards.
WITH sides AS MATERIALIZED (
    SELECT link.customer_id, variant.key = 'control' AS is_control
    FROM decide_experiments_exposure AS exposure
    JOIN decide_experiments_variant AS variant ON variant.id = exposure.variant_id
    JOIN know_customers_distinctid AS link ON link.distinct_id = exposure.distinct_id
    WHERE exposure.experiment_id = %(experiment)s
)
SELECT
    count(*) FILTER (WHERE came.is_control IS NULL) AS asked_before, count(*) FILTER (WHERE came.is_control) AS asked_after
FROM decide_loyalty_member AS member
LEFT JOIN (SELECT customer_id, bool_or(is_control) AS is_control FROM sides GROUP BY customer_id) AS came
    ON came.customer_id = member.customer_id
WHERE member.programme_id = %(programme)s AND member.customer_id IS NOT NULL AND member.joined_at < %(until)s::timestamptz
