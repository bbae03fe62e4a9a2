-- Whether the consumer's checkpoint has any event behind it, whether or not it can be read already.
WITH place AS (
    SELECT
        coalesce((SELECT xid FROM stream_checkpoint WHERE consumer = %(consumer)s), '0'::xid8) AS xid,
        coalesce((SELECT position FROM stream_checkpoint WHERE consumer = %(consumer)s), 0) AS position
)
SELECT CASE
    WHEN %(names)s::varchar[] = '{}' THEN EXISTS (
        SELECT FROM stream_event AS event, place WHERE (event.xid, event.position) > (place.xid, place.position)
    )
    ELSE EXISTS (
        SELECT
        FROM place
        CROSS JOIN unnest(%(names)s::varchar[]) AS heard (heard_name)
        CROSS JOIN LATERAL (
            SELECT FROM stream_event AS event
            WHERE event.name = heard_name AND (event.xid, event.position) > (place.xid, place.position)
            LIMIT 1
        ) AS found
    )
END
