-- The lane has handled everything of its own up to here.
UPDATE stream_checkpoint SET xid = %(xid)s::xid8, position = %(position)s, moved_at = %(now)s WHERE consumer = %(checkpoint)s
