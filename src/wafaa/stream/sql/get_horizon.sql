-- Below the first nothing can be added any more: it is the oldest transaction in flight that may write events to this database.
-- Left out are those that have ended since, as the next statement sees what they wrote; those seen to run in another database,
-- because ids of transactions are counted over the whole server; and those that keep silent (keep_silent). One that cannot be placed
-- counts. One that is placed wrongly, because its session went on to another transaction meanwhile, has ended.
-- The second is the transaction of this session.
WITH taken AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
SELECT
    CASE
        WHEN pg_snapshot_xmin(snapshot) = pg_snapshot_xmax(snapshot) THEN pg_snapshot_xmax(snapshot)
        ELSE coalesce(
            (
                WITH held AS MATERIALIZED (
                    SELECT pid, transactionid, locktype = 'advisory' AS is_silence
                    FROM pg_locks
                    WHERE granted AND (
                        (locktype = 'transactionid' AND mode = 'ExclusiveLock')
                        OR (locktype = 'advisory' AND classid = 1463895617 AND objid = 1 AND objsubid = 2)
                    )
                )
                SELECT in_flight.xid
                FROM pg_snapshot_xip(snapshot) AS in_flight (xid)
                WHERE pg_xact_status(in_flight.xid) = 'in progress'
                    AND in_flight.xid::xid NOT IN (
                        SELECT transactionid FROM held
                        WHERE NOT is_silence AND pid IN (SELECT pid FROM held WHERE is_silence)
                    )
                    AND in_flight.xid::xid NOT IN (
                        SELECT held.transactionid
                        FROM held
                        JOIN pg_stat_activity AS session ON session.pid = held.pid
                        WHERE NOT held.is_silence AND session.datname <> current_database()
                    )
                ORDER BY in_flight.xid
                LIMIT 1
            ),
            pg_snapshot_xmax(snapshot)
        )
    END::text,
    pg_current_xact_id_if_assigned()::text
FROM taken
