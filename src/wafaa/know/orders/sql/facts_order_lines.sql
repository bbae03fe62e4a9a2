-- Facts about order lines; rewritten with their order, or when the cost of a product that they don't tell themselves changed.
SELECT
    line.order_id, line.ordinal, line.product_id, line.quantity, line.amount_minor,
    CASE
        WHEN line.cost_minor IS NOT NULL THEN line.cost_minor
        WHEN (SELECT EXISTS (SELECT FROM know_orders_productcost)) THEN (
            SELECT know_orders_line_cost(
                line.product_id, line.quantity, told.currency, (told.ordered_at AT TIME ZONE %(time_zone)s)::date
            )
            FROM know_orders_order AS told
            WHERE told.id = line.order_id
        )
    END AS cost_minor,
    line.counted
FROM know_orders_orderline AS line
WHERE line.order_id >= %(low)s AND line.order_id < %(high)s
ORDER BY line.order_id, line.ordinal
