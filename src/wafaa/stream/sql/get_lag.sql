-- For how many seconds the oldest event has waited that stands behind a consumer's last place (NULL when none does), when one of
-- its lanes last moved, and how many events it has parked. A consumer that never read has no place: it waits from the start.
WITH place AS (
    SELECT xid, position FROM (
        (SELECT xid, position, 1 AS rank FROM stream_checkpoint WHERE consumer = ANY (%(checkpoints)s) ORDER BY xid, position LIMIT 1)
        UNION ALL
        SELECT xid, position, 2 FROM stream_checkpoint WHERE consumer = %(consumer)s
        UNION ALL
        SELECT '0'::xid8, 0, 3
    ) AS known
    ORDER BY rank
    LIMIT 1
)
SELECT
    (
        SELECT extract(epoch FROM clock_timestamp() - min(first.received_at))
        FROM place
        CROSS JOIN LATERAL (
            (
                SELECT event.received_at FROM stream_event AS event
                WHERE %(names)s::varchar[] = '{}' AND (event.xid, event.position) > (place.xid, place.position)
                ORDER BY event.xid, event.position
                LIMIT 1
            )
            UNION ALL
            (
                SELECT named.received_at
                FROM unnest(%(names)s::varchar[]) AS heard (heard_name)
                CROSS JOIN LATERAL (
                    SELECT received_at FROM stream_event AS event
                    WHERE event.name = heard_name AND (event.xid, event.position) > (place.xid, place.position)
                    ORDER BY event.xid, event.position
                    LIMIT 1
                ) AS named
            )
        ) AS first
    ),
    (SELECT max(moved_at) FROM stream_checkpoint WHERE consumer = ANY (%(checkpoints)s)),
    (SELECT count(*) FROM stream_parkedevent WHERE consumer = %(consumer)s)
