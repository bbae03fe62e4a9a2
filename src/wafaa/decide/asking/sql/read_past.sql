-- Events of some names that happened to customers in a span, the oldest first.
SELECT link.customer_id, event.name, event.occurred_at, event.message_id, event.properties::text
FROM stream_events AS event
JOIN know_customers_distinctid AS link USING (distinct_id)
WHERE event.name = ANY (%(names)s::varchar[]) AND event.occurred_at >= %(since)s AND event.occurred_at < %(until)s
ORDER BY event.occurred_at, event.position
LIMIT %(limit)s
