-- The next events for a consumer of some names; each name is followed by its own index, so other events cost nothing.
SELECT
    xid::text, position, received_at, name, distinct_id, is_own
FROM (
    SELECT
        candidate.*,
        sum(CASE WHEN is_own THEN size ELSE 0 END) OVER in_order AS bytes,
        row_number() OVER in_order AS ordinal
    FROM (
        SELECT event.*
        FROM unnest(%(names)s::varchar[]) AS heard (heard_name)
        CROSS JOIN LATERAL (
            SELECT xid, position, received_at, name, distinct_id, pg_column_size(properties) AS size,
                stream_lane(distinct_id, %(lanes)s) = %(lane)s AS is_own
            FROM stream_event
            WHERE name = heard_name
                AND (xid, position) > (%(xid)s::xid8, %(position)s) AND (xid, position) < (%(until_xid)s::xid8, %(until_position)s)
            ORDER BY xid, position
            LIMIT %(limit)s
        ) AS event
        ORDER BY event.xid, event.position
        LIMIT %(limit)s
    ) AS candidate
    WINDOW in_order AS (ORDER BY xid, position)
) AS sized
WHERE bytes <= %(limit_bytes)s OR ordinal = 1
-- qualified: the bare name would be the column of text, in which 10 comes before 9
ORDER BY sized.xid, sized.position
