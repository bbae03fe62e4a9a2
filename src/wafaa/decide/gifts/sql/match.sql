-- Which rules give for which of these orders, the oldest first, and of which gifts the order no longer fits its rule.
-- What is left of an order is its goods less what was refunded in its currency; a refund may hold shipping, too, and takes more then.
WITH bought AS MATERIALIZED (
    SELECT
        bought.id, bought.customer_id, bought.ordered_at, bought.currency, bought.counted,
        bought.gross_minor - coalesce((
            SELECT sum(refund.amount_minor) FROM know_orders_refund AS refund WHERE refund.order_id = bought.id
        ), 0) AS left_minor
    FROM know_orders_order AS bought
    WHERE bought.id = ANY (%(orders)s::bigint[])
),
judged AS (
    SELECT
        rule.id AS rule_id, rule.is_on, rule.started_at, bought.id AS order_id, bought.customer_id, bought.ordered_at, rule.kind,
        bought.counted AND bought.left_minor > 0 AND (
            rule.kind <> 'order_above' OR bought.currency = rule.currency AND bought.left_minor >= rule.minimum_minor
        ) AS fits
    FROM bought CROSS JOIN decide_gifts_rule AS rule
)
SELECT judged.rule_id, judged.order_id, judged.customer_id, NULL::bigint AS gift_id
FROM judged
JOIN decide_gifts_rule AS rule ON rule.id = judged.rule_id
JOIN decide_gifts_budget AS budget ON budget.id = rule.budget_id AND budget.is_on
JOIN decide_gifts_present AS present ON present.id = rule.present_id AND present.is_on
WHERE judged.fits AND judged.is_on AND judged.ordered_at >= judged.started_at
    AND (judged.kind <> 'first_order' OR NOT EXISTS (
        SELECT FROM know_orders_order AS earlier
        WHERE earlier.customer_id = judged.customer_id AND earlier.counted
            AND (earlier.ordered_at, earlier.id) < (judged.ordered_at, judged.order_id)
    ))
    AND NOT EXISTS (
        SELECT FROM decide_gifts_gift AS gift WHERE gift.rule_id = judged.rule_id AND gift.order_id = judged.order_id
    )
UNION ALL
SELECT judged.rule_id, judged.order_id, judged.customer_id, gift.id
FROM judged
JOIN decide_gifts_rule AS rule ON rule.id = judged.rule_id AND rule.takes_back
JOIN decide_gifts_gift AS gift ON gift.rule_id = judged.rule_id AND gift.order_id = judged.order_id AND gift.state = %(given)s
WHERE NOT judged.fits
ORDER BY 2, 1
