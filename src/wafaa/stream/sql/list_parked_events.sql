-- A consumer's parked events with their contents, in the order of the stream; of the given distinct ids.
SELECT
    event.xid::text, event.position, event.message_id, event.type, event.name, event.distinct_id, event.occurred_at,
    event.received_at, event.properties::text, event.context::text, event.source
FROM stream_parkedevent AS parked
JOIN stream_event AS event ON event.xid = parked.xid AND event.position = parked.position
WHERE parked.consumer = %(consumer)s AND parked.distinct_id = ANY (%(distinct_ids)s)
ORDER BY event.xid, event.position
