-- Tells the planner that the table has grown. Sessions keep their plans for foreign key checks until it is told, and a plan
-- made when there were five customers reads all of them for each new order. Three hundred rows are sampled.
SET LOCAL default_statistics_target = 1;
ANALYZE know_customers_customer (id)
