-- How many events stand behind the lane's checkpoint, whether or not they are its own or can be read already; up to `limit`.
WITH place AS (
    SELECT xid, position FROM (
        SELECT xid, position, 1 AS rank FROM stream_checkpoint WHERE consumer = %(checkpoint)s
        UNION ALL
        SELECT xid, position, 2 FROM stream_checkpoint WHERE consumer = %(consumer)s
        UNION ALL
        SELECT '0'::xid8, 0, 3
    ) AS known
    ORDER BY rank
    LIMIT 1
)
SELECT CASE
    WHEN %(names)s::varchar[] = '{}' THEN (
        SELECT count(*) FROM (
            SELECT FROM stream_event AS event, place
            WHERE (event.xid, event.position) > (place.xid, place.position)
            LIMIT %(limit)s
        ) AS any_name
    )
    ELSE (
        SELECT count(*)
        FROM place
        CROSS JOIN unnest(%(names)s::varchar[]) AS heard (heard_name)
        CROSS JOIN LATERAL (
            SELECT FROM stream_event AS event
            WHERE event.name = heard_name AND (event.xid, event.position) > (place.xid, place.position)
            LIMIT %(limit)s
        ) AS found
    )
END
