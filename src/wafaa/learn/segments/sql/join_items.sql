-- What happened, reduced to one row for each customer.
LEFT JOIN (
    SELECT customer_id, /*columns*/
    FROM (/*items*/) AS item
    GROUP BY customer_id
) AS /*alias*/ ON /*alias*/.customer_id = person.id
