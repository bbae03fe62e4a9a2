-- Bulk events that a query gives.
INSERT INTO stream_incoming (message_id, type, name, distinct_id, occurred_at, properties, context, source)
/*query*/
