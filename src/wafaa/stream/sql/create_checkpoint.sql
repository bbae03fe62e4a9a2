-- A new consumer starts at the beginning; nothing is returned where the checkpoint exists (and is locked by another process).
INSERT INTO stream_checkpoint (consumer, xid, position) VALUES (%(consumer)s, '0', 0)
ON CONFLICT DO NOTHING
RETURNING xid::text, position
