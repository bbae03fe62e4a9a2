-- The place of the oldest event that some lane has not come to yet; nothing where all have handled everything. A lane passes
-- events of its consumer's other lanes too, so they count for it.
SELECT first.xid::text, first.position
FROM json_to_recordset(%(lanes)s) AS lane (checkpoint varchar, consumer varchar, names varchar[])
CROSS JOIN LATERAL (
    -- a lane that was never drained begins where its consumer was before it had lanes
    SELECT known.xid, known.position
    FROM (
        SELECT xid, position, 1 AS rank FROM stream_checkpoint WHERE consumer = lane.checkpoint
        UNION ALL
        SELECT xid, position, 2 FROM stream_checkpoint WHERE consumer = lane.consumer
        UNION ALL
        SELECT '0'::xid8, 0, 3
    ) AS known
    ORDER BY known.rank
    LIMIT 1
) AS place
CROSS JOIN LATERAL (
    SELECT waiting.xid, waiting.position
    FROM (
        (
            SELECT event.xid, event.position
            FROM stream_event AS event
            WHERE lane.names = '{}' AND (event.xid, event.position) > (place.xid, place.position)
            ORDER BY event.xid, event.position
            LIMIT 1
        )
        UNION ALL
        SELECT heard.xid, heard.position
        FROM unnest(lane.names) AS name
        CROSS JOIN LATERAL (
            SELECT event.xid, event.position
            FROM stream_event AS event
            WHERE event.name = name.name AND (event.xid, event.position) > (place.xid, place.position)
            ORDER BY event.xid, event.position
            LIMIT 1
        ) AS heard
    ) AS waiting
    ORDER BY waiting.xid, waiting.position
    LIMIT 1
) AS first
ORDER BY first.xid, first.position
LIMIT 1
