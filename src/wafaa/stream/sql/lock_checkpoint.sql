-- Takes a lane's checkpoint for this transaction, or nothing if another process has it. The commit need not wait for the disk: what a
-- failing server forgets of effects it forgets of the checkpoint too, and the events, which last, are handled again.
SELECT xid::text, position, set_config('synchronous_commit', 'off', true)
FROM stream_checkpoint WHERE consumer = %(checkpoint)s FOR UPDATE SKIP LOCKED
