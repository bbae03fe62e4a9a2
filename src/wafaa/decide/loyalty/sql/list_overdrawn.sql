-- Budgets of the rules by which these occasions were judged that gave more than they have.
SELECT DISTINCT budget.id, budget.points, budget.uses
FROM decide_loyalty_occasion AS occasion
JOIN decide_loyalty_rule AS rule ON rule.version_id = occasion.version_id
JOIN decide_loyalty_budget AS budget ON budget.programme_id = occasion.programme_id AND budget.rule = rule.number
WHERE occasion.id = ANY (%(occasions)s::bigint[])
    AND (budget.points > rule.budget_points OR budget.uses > rule.budget_uses)
