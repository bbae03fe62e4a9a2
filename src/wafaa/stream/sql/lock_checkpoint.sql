-- Takes a lane's checkpoint for this transaction, or nothing if another process has it.
SELECT xid::text, position FROM stream_checkpoint WHERE consumer = %(checkpoint)s FOR UPDATE SKIP LOCKED
