-- What the counted lines of an order cost, by their own costs or by those of their products.
SELECT know_orders_order_cost(id, currency, (ordered_at AT TIME ZONE %(time_zone)s)::date)
FROM know_orders_order
WHERE id = %(order_id)s
