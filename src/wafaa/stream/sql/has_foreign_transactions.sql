-- Whether an event's transaction lies above all that this cluster has handed out.
SELECT coalesce(
    (SELECT xid FROM stream_event ORDER BY xid DESC, position DESC LIMIT 1) >= pg_snapshot_xmax(pg_current_snapshot()),
    false
)
