-- Puts other contents in the place of those that mentioned somebody. Nothing but erasure does this.
UPDATE stream_event SET properties = %(properties)s::json, context = %(context)s::json
WHERE xid = %(xid)s::xid8 AND position = %(position)s AND received_at = %(received_at)s
