-- Customers with an e-mail that were changed since, in the order in which that was committed; none from the oldest transaction
-- on that is still in flight, so that none is missed. Transactions seen to run in another database don't count: ids of
-- transactions are counted over the whole server.
WITH taken AS MATERIALIZED (
    SELECT pg_current_snapshot() AS snapshot
), elsewhere AS MATERIALIZED (
    SELECT held.transactionid
    FROM pg_locks AS held
    JOIN pg_stat_activity AS session ON session.pid = held.pid
    WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
        AND session.datname <> current_database()
), horizon AS MATERIALIZED (
    SELECT coalesce(
        (
            SELECT in_flight.xid
            FROM pg_snapshot_xip(snapshot) AS in_flight (xid)
            WHERE in_flight.xid::xid NOT IN (SELECT transactionid FROM elsewhere)
            ORDER BY in_flight.xid
            LIMIT 1
        ),
        pg_snapshot_xmax(snapshot)
    ) AS xid
    FROM taken
)
SELECT id, changed_in::text
FROM know_customers_customer
WHERE (changed_in, id) > (%(changed_in)s::xid8, %(last_id)s)
    AND changed_in < (SELECT xid FROM horizon)
    AND email <> ''
    AND source <> 'demo' -- the demo shop's people are nobody outside
    AND merged_into_id IS NULL
ORDER BY changed_in, id
LIMIT %(limit)s
