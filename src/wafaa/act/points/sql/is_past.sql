-- Whether every transaction below the fence has ended.
SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %(fence)s::text::xid8
