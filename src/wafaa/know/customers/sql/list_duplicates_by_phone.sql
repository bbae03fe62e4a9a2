-- The values of phone that several customers have, by the index alone; whoever was merged is left out by the reader.
SELECT phone FROM know_customers_customer
WHERE phone <> '' AND phone > %(first)s
GROUP BY phone HAVING count(*) > 1
ORDER BY phone LIMIT %(limit)s
