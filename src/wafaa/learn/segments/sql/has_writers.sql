-- Whether a transaction that had written something by then is still open, apart from those that are known to write to another
-- database of this server.
SELECT EXISTS (
    SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS open (xid)
    WHERE open.xid < %(newest)s::xid8 AND NOT EXISTS (
        SELECT FROM pg_stat_activity AS session
        WHERE session.backend_xid = open.xid::xid
            AND session.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
    )
)
