-- The next events for a consumer of some names; each name is followed by its own index, so other events cost nothing.
SELECT
    xid::text, position, message_id, type, name, distinct_id, occurred_at, received_at, properties::text, context::text, source
FROM (
    SELECT
        candidate.*,
        sum(pg_column_size(properties)) OVER in_order AS bytes,
        row_number() OVER in_order AS ordinal
    FROM (
        SELECT event.*
        FROM unnest(%(names)s::varchar[]) AS heard (heard_name)
        CROSS JOIN LATERAL (
            SELECT * FROM stream_event
            WHERE name = heard_name
                AND (xid, position) > (%(xid)s::xid8, %(position)s) AND xid < %(horizon)s::xid8
            ORDER BY xid, position
            LIMIT %(limit)s
        ) AS event
        ORDER BY event.xid, event.position
        LIMIT %(limit)s
    ) AS candidate
    WINDOW in_order AS (ORDER BY xid, position)
) AS sized
WHERE bytes <= %(limit_bytes)s OR ordinal = 1
ORDER BY xid, position
