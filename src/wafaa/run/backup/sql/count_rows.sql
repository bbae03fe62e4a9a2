-- What people recognise an installation by; also what a restore must find again.
SELECT
    (SELECT count(*) FROM know_customers_customer) AS customers,
    (SELECT count(*) FROM know_orders_order) AS orders,
    (SELECT count(*) FROM stream_event) AS events,
    (SELECT count(*) FROM access_staff_staff) AS staff
