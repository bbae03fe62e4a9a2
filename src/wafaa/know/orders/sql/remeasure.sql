-- Tells the planner that the table has grown; see the customers room.
SET LOCAL default_statistics_target = 1;
ANALYZE know_orders_order (id)
