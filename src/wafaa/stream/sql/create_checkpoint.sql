-- A new consumer starts at the beginning, a lane where its consumer was before it had lanes; nothing is returned where the
-- checkpoint exists (and is locked by another process).
INSERT INTO stream_checkpoint (consumer, xid, position)
SELECT %(checkpoint)s, coalesce(former.xid, '0'), coalesce(former.position, 0)
FROM (VALUES (true)) AS one
LEFT JOIN stream_checkpoint AS former ON former.consumer = %(consumer)s
ON CONFLICT DO NOTHING
RETURNING xid::text, position
