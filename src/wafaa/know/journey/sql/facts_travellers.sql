-- Facts about travellers: whose each distinct id is now; NULL for a visitor who is not known.
SELECT traveller.id AS traveller_id, link.customer_id
FROM know_journey_traveller AS traveller
LEFT JOIN know_customers_distinctid AS link USING (distinct_id)
WHERE traveller.id >= %(low)s AND traveller.id < %(high)s
ORDER BY traveller.id
