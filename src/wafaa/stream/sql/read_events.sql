-- The next events for a consumer of everything, after its checkpoint and below the oldest transaction in flight.
-- The batch ends before `limit_bytes` as stored, but has one event at least.
SELECT
    xid::text, position, message_id, type, name, distinct_id, occurred_at, received_at, properties::text, context::text, source
FROM (
    SELECT
        candidate.*,
        sum(pg_column_size(properties)) OVER in_order AS bytes,
        row_number() OVER in_order AS ordinal
    FROM (
        SELECT * FROM stream_event
        WHERE (xid, position) > (%(xid)s::xid8, %(position)s) AND xid < %(horizon)s::xid8
        ORDER BY xid, position
        LIMIT %(limit)s
    ) AS candidate
    WINDOW in_order AS (ORDER BY xid, position)
) AS sized
WHERE bytes <= %(limit_bytes)s OR ordinal = 1
ORDER BY xid, position
