-- What gift cards pay of these orders: held for them, or captured. That it was put back by a refund of the order changes nothing here.
SELECT bought.id, sum(coalesce(capture.amount, hold.amount))::bigint
FROM know_orders_order AS bought
JOIN act_points_transfer AS placed ON placed.kind = 4 AND placed.cause ? 'gift_card'
    AND placed.cause ->> 'order_number' IN (bought.external_id, nullif(bought.number, ''))
    AND placed.occurred_at BETWEEN bought.ordered_at - interval '30 days' AND bought.ordered_at + interval '30 days'
JOIN act_points_unit AS unit ON unit.id = placed.unit_id AND unit.currency = bought.currency
JOIN act_points_hold AS hold ON hold.transfer_id = placed.id AND hold.state IN (1, 2)
LEFT JOIN act_points_transfer AS capture ON capture.id = hold.capture_id
WHERE bought.id = ANY (%(orders)s::bigint[])
GROUP BY bought.id
