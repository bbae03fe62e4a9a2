-- The next events behind a place, and which of them mention somebody: those that are looked at more closely.
WITH walked AS MATERIALIZED (
    SELECT xid, position, received_at, lower(properties::text) || ' ' || lower(context::text) AS told
    FROM stream_event
    WHERE (xid, position) > (%(xid)s::xid8, %(position)s)
    ORDER BY xid, position
    LIMIT %(limit)s
), last AS (
    SELECT xid, position, count(*) OVER () AS walked FROM walked ORDER BY xid DESC, position DESC LIMIT 1
)
SELECT
    last.xid::text, last.position, event.xid::text, event.position, event.received_at, event.properties::text, event.context::text
FROM last
LEFT JOIN LATERAL (
    SELECT stored.*
    FROM walked
    CROSS JOIN LATERAL (
        SELECT * FROM stream_event AS whole
        WHERE whole.xid = walked.xid AND whole.position = walked.position AND whole.received_at = walked.received_at
        LIMIT 1
    ) AS stored
    WHERE walked.told LIKE ANY (%(patterns)s::text[])
) AS event ON true
