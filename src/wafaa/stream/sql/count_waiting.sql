-- How many recorded events up to a place a lane has not come to yet, those behind a transaction in flight included; counted up to
-- `limit`.
WITH place AS (
    -- a lane that was never drained begins where its consumer was before it had lanes
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
SELECT count(*)
FROM (
    SELECT
    FROM stream_event AS event, place
    WHERE (event.xid, event.position) > (place.xid, place.position)
        AND (event.xid, event.position) <= (%(end_xid)s::xid8, %(end_position)s)
        AND (%(names)s::varchar[] = '{}' OR event.name = ANY (%(names)s::varchar[]))
        AND stream_lane(event.distinct_id, %(lanes)s) = %(lane)s
    LIMIT %(limit)s
) AS waiting
