-- How many orders and refunds a source told.
SELECT
    (SELECT count(*) FROM know_orders_order WHERE source = %(source)s),
    (SELECT count(*) FROM know_orders_refund WHERE source = %(source)s)
