-- A part: rules of versions with what each gave to everybody so far, whether the programme has caps of its own, and what all awards by it
-- have in common.
SELECT
    rule.*, coalesce(budget.points, 0) AS given_points, coalesce(budget.uses, 0) AS given_uses,
    version.cap_points IS NOT NULL AS is_limited, version.zone, version.idle_months, idle.is_so AS is_idle,
    jsonb_build_object('programme', programme.uuid, 'version', version.number, 'rule', rule.number)
        || CASE WHEN idle.is_so THEN '{"idle": true}'::jsonb ELSE '{}' END AS cause
FROM decide_loyalty_version AS version
JOIN decide_loyalty_programme AS programme ON programme.id = version.programme_id
JOIN decide_loyalty_rule AS rule ON rule.version_id = version.id
LEFT JOIN decide_loyalty_budget AS budget ON budget.programme_id = version.programme_id AND budget.rule = rule.number
CROSS JOIN LATERAL (SELECT version.idle_months > 0 AND rule.lives = '' AND rule.ends_on IS NULL AS is_so) AS idle
