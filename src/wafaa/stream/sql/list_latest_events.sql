-- The newest events between two places that fit, newest first, among the first `scanned` that an index leads to (`by`); each with how
-- many of those there were and the last one's place. Without a fitting one a single row says that.
WITH scanned AS MATERIALIZED (
    (
        SELECT xid, position, received_at, type, source
        FROM stream_event
        WHERE %(by)s = 'place'
            AND (xid, position) > (%(after_xid)s::xid8, %(after_position)s)
            AND (xid, position) < (%(before_xid)s::xid8, %(before_position)s) AND xid < %(horizon)s::xid8
        ORDER BY xid DESC, position DESC
        LIMIT CASE WHEN %(source)s = '' AND %(type)s = '' THEN %(limit)s ELSE %(scanned)s END
    )
    UNION ALL
    (
        SELECT named.*
        FROM unnest(%(names)s::varchar[]) AS wanted (wanted_name)
        CROSS JOIN LATERAL (
            SELECT xid, position, received_at, type, source
            FROM stream_event
            WHERE name = wanted_name
                AND (xid, position) > (%(after_xid)s::xid8, %(after_position)s)
                AND (xid, position) < (%(before_xid)s::xid8, %(before_position)s) AND xid < %(horizon)s::xid8
            ORDER BY xid DESC, position DESC
            LIMIT CASE WHEN %(source)s = '' AND %(type)s = '' THEN %(limit)s ELSE %(scanned)s END
        ) AS named
        WHERE %(by)s = 'name'
        ORDER BY xid DESC, position DESC
        LIMIT %(scanned)s
    )
    UNION ALL
    (
        SELECT xid, position, received_at, type, source
        FROM stream_event
        WHERE %(by)s = 'distinct_id' AND distinct_id = %(distinct_id)s
            AND (%(names)s::varchar[] = '{}' OR name = ANY (%(names)s::varchar[]))
            AND (xid, position) > (%(after_xid)s::xid8, %(after_position)s)
            AND (xid, position) < (%(before_xid)s::xid8, %(before_position)s) AND xid < %(horizon)s::xid8
        ORDER BY xid DESC, position DESC
        LIMIT %(scanned)s
    )
), fitting AS MATERIALIZED (
    SELECT xid, position, received_at FROM scanned
    WHERE (%(source)s = '' OR source = %(source)s) AND (%(type)s = '' OR type = %(type)s)
    ORDER BY xid DESC, position DESC
    LIMIT %(limit)s
), last AS (
    SELECT (SELECT count(*) FROM scanned) AS looked_at, xid, position
    FROM scanned
    ORDER BY xid, position
    LIMIT 1
)
SELECT
    fitting.xid::text, fitting.position, event.message_id, event.type, event.name, event.distinct_id, event.occurred_at,
    fitting.received_at, event.properties::text, event.context::text, event.source, last.looked_at, last.xid::text, last.position
FROM last
LEFT JOIN fitting ON true
LEFT JOIN LATERAL (
    SELECT * FROM stream_event AS stored
    WHERE stored.xid = fitting.xid AND stored.position = fitting.position AND stored.received_at = fitting.received_at
    LIMIT 1
) AS event ON true
ORDER BY fitting.xid DESC, fitting.position DESC
