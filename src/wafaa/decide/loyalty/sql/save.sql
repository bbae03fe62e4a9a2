-- Writes what occasions earn now, and what budgets have given. If `gives`, what is earned for the first time goes to the ledger at once,
-- where its owner has a wallet: returns these transfers, or one row without any, each with whether all earnings have what they should
-- now. Where they have not, what is missing or too much is to be moved.
/*judge*/,
-- every rule that gives something now or did before
final AS MATERIALIZED (
    SELECT
        coalesce(found.id, stood.occasion_id) AS occasion_id, coalesce(found.rule, stood.rule) AS rule,
        coalesce(found.member_id, stood.member_id) AS member_id, coalesce(found.unit_id, stood.unit_id) AS unit_id,
        coalesce(found.at, stood.at) AS at, coalesce(found.base, 0) AS base, coalesce(found.points, 0) AS points,
        coalesce(found.capped, 0) AS capped, coalesce(found.target, 0) AS target,
        coalesce(stood.target, 0) AS had, coalesce(stood.awarded, 0) AS awarded, stood.rule IS NULL AS is_new, 0 AS moves
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
),
due AS MATERIALIZED (
    SELECT
        row_number() OVER (ORDER BY earning.at, earning.occasion_id, earning.rule) AS place,
        earning.occasion_id, earning.rule, earning.at, wallet.id AS wallet_id, earning.target AS amount,
        terms.key, terms.usable, terms.ends, terms.cause
    FROM (SELECT * FROM final WHERE %(gives)s::boolean AND is_new AND target > 0 OFFSET 0) AS earning
    JOIN occasion ON occasion.id = earning.occasion_id
    JOIN ruling AS rule ON rule.version_id = occasion.version_id AND rule.number = earning.rule
    CROSS JOIN LATERAL (
        SELECT id FROM act_points_wallet WHERE customer_id = occasion.customer_id AND unit_id = earning.unit_id OFFSET 0
    ) AS wallet
    /*terms*/
),
/*packed*/,
kept AS (
    INSERT INTO decide_loyalty_earning AS stands (
        occasion_id, rule, member_id, unit_id, at, base, points, capped, target, awarded, moves, transfers, lefts
    )
    SELECT
        final.occasion_id, final.rule, member_id, unit_id, final.at, base, points, capped, target, coalesce(due.amount, 0),
        CASE WHEN due.amount IS NULL THEN 0 ELSE 1 END, CASE WHEN due.amount IS NULL THEN '{}' ELSE ARRAY[made.transfer_id] END,
        CASE WHEN due.amount IS NULL THEN '{}' ELSE ARRAY[due.amount] END
    FROM final
    LEFT JOIN due ON due.occasion_id = final.occasion_id AND due.rule = final.rule
    LEFT JOIN made ON made.place = due.place
    ORDER BY final.occasion_id, final.rule
    ON CONFLICT (occasion_id, rule) DO UPDATE
    SET base = excluded.base, points = excluded.points, capped = excluded.capped, target = excluded.target
    WHERE (stands.base, stands.points, stands.capped, stands.target)
        IS DISTINCT FROM (excluded.base, excluded.points, excluded.capped, excluded.target)
)
SELECT made.transfer_id, rest.is_even
FROM (
    -- each that is due lacked all of it
    SELECT (SELECT count(*) FROM final WHERE target <> awarded) = (SELECT count(*) FROM due) AS is_even
) AS rest
LEFT JOIN made ON true
ORDER BY made.place
