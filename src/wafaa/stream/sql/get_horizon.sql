-- Below the first nothing can be added any more: it is the oldest transaction in flight that may write to this database. Ids
-- of transactions are counted over the whole server, so those seen to run in another database are left out; one that cannot
-- be placed counts. The second is the transaction of this session.
WITH taken AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
SELECT
    coalesce(
        (
            SELECT in_flight.xid
            FROM pg_snapshot_xip(snapshot) AS in_flight (xid)
            WHERE NOT EXISTS (
                SELECT
                FROM pg_locks AS held
                JOIN pg_stat_activity AS session ON session.pid = held.pid
                WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
                    AND held.transactionid = in_flight.xid::xid
                    AND session.datname <> current_database()
            )
            ORDER BY in_flight.xid
            LIMIT 1
        ),
        pg_snapshot_xmax(snapshot)
    )::text,
    pg_current_xact_id_if_assigned()::text
FROM taken
