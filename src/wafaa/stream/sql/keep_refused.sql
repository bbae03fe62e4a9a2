-- Keeps a message that could not become an event, as it came, and what it takes from around it.
INSERT INTO stream_refusedmessage (body, around, reason, detail, source, received_at) VALUES (%s, %s::jsonb, %s, %s, %s, %s)
