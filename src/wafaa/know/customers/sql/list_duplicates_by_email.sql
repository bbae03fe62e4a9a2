-- The values of email that several customers have, by the index alone; whoever was merged is left out by the reader.
SELECT email FROM know_customers_customer
WHERE email <> '' AND email > %(first)s
GROUP BY email HAVING count(*) > 1
ORDER BY email LIMIT %(limit)s
