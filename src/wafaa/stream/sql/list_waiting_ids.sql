-- Whose events of some names stand behind the lane's checkpoint, whether or not they can be read already: the distinct ids of
-- the next ones. Each name is followed by its own index.
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
SELECT event.distinct_id
FROM place
CROSS JOIN unnest(%(names)s::varchar[]) AS asked (asked_name)
CROSS JOIN LATERAL (
    SELECT waiting.distinct_id FROM stream_event AS waiting
    WHERE waiting.name = asked_name AND (waiting.xid, waiting.position) > (place.xid, place.position)
    LIMIT %(limit)s
) AS event
WHERE stream_lane(event.distinct_id, %(lanes)s) = %(lane)s
LIMIT %(limit)s
