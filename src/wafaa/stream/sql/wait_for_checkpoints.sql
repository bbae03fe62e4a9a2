-- Takes the checkpoints of all lanes, after waiting for whoever has them.
SELECT consumer, xid::text, position FROM stream_checkpoint
WHERE consumer = ANY (%(checkpoints)s) ORDER BY consumer FOR UPDATE
