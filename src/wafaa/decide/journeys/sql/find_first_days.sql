-- The next customers whose first order was on one of some days of the business's zone.
SELECT totals.customer_id
FROM know_orders_customertotals AS totals
JOIN know_customers_customer AS customer ON customer.id = totals.customer_id AND customer.merged_into_id IS NULL
WHERE totals.customer_id > %(after)s AND (totals.first_at AT TIME ZONE %(zone)s)::date = ANY (%(days)s::date[])
ORDER BY totals.customer_id
LIMIT %(limit)s
