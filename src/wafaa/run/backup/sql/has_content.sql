-- Whether anything that somebody would miss stands in the tables.
SELECT EXISTS (SELECT FROM stream_event) OR EXISTS (SELECT FROM access_staff_staff)
    OR EXISTS (SELECT FROM know_customers_customer)
