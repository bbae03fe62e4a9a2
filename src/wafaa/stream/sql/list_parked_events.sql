-- A consumer's parked events in the order of the stream; of the given distinct ids.
SELECT event.xid::text, event.position, event.received_at, event.name, event.distinct_id
FROM stream_parkedevent AS parked
JOIN stream_event AS event ON event.xid = parked.xid AND event.position = parked.position
WHERE parked.consumer = %(consumer)s AND parked.distinct_id = ANY (%(distinct_ids)s)
ORDER BY event.xid, event.position
