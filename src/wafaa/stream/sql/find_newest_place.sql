-- The last event's place.
SELECT xid::text, position FROM stream_event AS event ORDER BY event.xid DESC, event.position DESC LIMIT 1
