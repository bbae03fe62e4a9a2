-- What was given of a budget in a span and what became of it, by the employee who gave (NULL: a rule or a draw).
-- Points count as used once any of them was spent or held and not put back; a code, once it is used or held.
SELECT
    gift.by_id, count(*) AS given, count(gift.opened_at) AS opened,
    count(*) FILTER (WHERE CASE
        WHEN gift.voucher_id IS NOT NULL THEN code.uses > 0
        ELSE EXISTS (
            SELECT FROM act_points_transfer AS award
            JOIN act_points_transfer AS spent ON spent.source_id = award.target_id AND spent.id > award.id AND spent.kind IN (3, 4)
            JOIN act_points_lotuse AS used ON used.transfer_id = spent.id AND used.amount > used.restored
            JOIN act_points_lot AS lot ON lot.id = used.lot_id AND lot.award_id = award.id
            WHERE award.id = gift.posting_id
        )
    END) AS used,
    count(*) FILTER (WHERE gift.state = 3) AS taken_back, coalesce(sum(gift.cost - gift.returned), 0) AS cost,
    count(*) FILTER (WHERE gift.given_at <= %(due)s) AS due,
    count(*) FILTER (WHERE gift.given_at <= %(due)s AND EXISTS (
        SELECT FROM know_orders_order AS bought
        WHERE bought.customer_id = gift.customer_id AND bought.counted
            AND bought.ordered_at > gift.given_at AND bought.ordered_at <= gift.given_at + make_interval(days => %(days)s)
            AND bought.id IS DISTINCT FROM gift.order_id
    )) AS back
FROM decide_gifts_gift AS gift
LEFT JOIN act_vouchers_code AS code ON code.id = gift.voucher_id
WHERE gift.budget_id = %(budget)s AND gift.state IN (2, 3) AND gift.given_at >= %(start)s AND gift.given_at < %(end)s
GROUP BY gift.by_id
ORDER BY given DESC, gift.by_id
