-- Writes what occasions earn now, and what budgets have given. Earnings whose target differs from what was awarded are to be moved.
/*judge*/,
-- every rule that gives something now or did before
final AS MATERIALIZED (
    SELECT
        coalesce(found.id, stood.occasion_id) AS occasion_id, coalesce(found.rule, stood.rule) AS rule,
        coalesce(found.member_id, stood.member_id) AS member_id, coalesce(found.unit_id, stood.unit_id) AS unit_id,
        coalesce(found.at, stood.at) AS at, coalesce(found.base, 0) AS base, coalesce(found.points, 0) AS points,
        coalesce(found.capped, 0) AS capped, coalesce(found.target, 0) AS target,
        coalesce(stood.target, 0) AS had
    FROM (SELECT * FROM judged WHERE points > 0) AS found
    FULL JOIN stood ON stood.occasion_id = found.id AND stood.rule = found.rule
),
spent AS (
    UPDATE decide_loyalty_budget AS budget
    SET points = budget.points + sums.points, uses = budget.uses + sums.uses
    FROM (
        SELECT
            occasion.programme_id, final.rule, sum(target - had) AS points,
            count(*) FILTER (WHERE target > 0 AND had = 0) - count(*) FILTER (WHERE target = 0 AND had > 0) AS uses
        FROM final JOIN occasion ON occasion.id = final.occasion_id
        WHERE target <> had
        GROUP BY occasion.programme_id, final.rule
    ) AS sums
    WHERE budget.programme_id = sums.programme_id AND budget.rule = sums.rule
)
INSERT INTO decide_loyalty_earning AS stands (occasion_id, rule, member_id, unit_id, at, base, points, capped, target, transfers, lefts)
SELECT occasion_id, rule, member_id, unit_id, at, base, points, capped, target, '{}', '{}' FROM final
ORDER BY occasion_id, rule
ON CONFLICT (occasion_id, rule) DO UPDATE
SET base = excluded.base, points = excluded.points, capped = excluded.capped, target = excluded.target
WHERE (stands.base, stands.points, stands.capped, stands.target)
    IS DISTINCT FROM (excluded.base, excluded.points, excluded.capped, excluded.target)
