-- Events of one name by any id of a customer.
SELECT known.customer_id, event.occurred_at AS at, event.properties
FROM stream_events AS event
JOIN know_customers_distinctid AS known ON known.distinct_id = event.distinct_id
/*whose*/
WHERE event.name = /*name*/ /*ids*/ /*within*/
