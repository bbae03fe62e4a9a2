-- The next events of a replay after its place, up to its end; `by` says which index leads to them. Behind a lane's checkpoint
-- nothing is its own. What is parked stays so; `waits` says that an earlier event of the distinct id is parked.
SELECT xid::text, position, received_at, name, distinct_id, is_own, is_parked, waits
FROM (
    SELECT
        candidate.*,
        sum(CASE WHEN is_own THEN size ELSE 0 END) OVER in_order AS bytes,
        row_number() OVER in_order AS ordinal
    FROM (
        SELECT
            event.*,
            EXISTS (
                SELECT FROM unnest(%(lane_numbers)s::integer[], %(lane_xids)s::xid8[], %(lane_positions)s::bigint[])
                    AS reached (lane, xid, position)
                WHERE stream_lane(event.distinct_id, %(lanes)s) = reached.lane
                    AND (event.xid, event.position) <= (reached.xid, reached.position)
            ) AS is_own,
            EXISTS (
                SELECT FROM stream_parkedevent AS parked
                WHERE parked.consumer = %(consumer)s AND parked.distinct_id = event.distinct_id
                    AND parked.xid = event.xid AND parked.position = event.position
            ) AS is_parked,
            EXISTS (
                SELECT FROM stream_parkedevent AS parked
                WHERE parked.consumer = %(consumer)s AND parked.distinct_id = event.distinct_id
                    AND (parked.xid, parked.position) < (event.xid, event.position)
            ) AS waits
        FROM (
            (
                SELECT xid, position, received_at, name, distinct_id, pg_column_size(properties) AS size
                FROM stream_event
                WHERE %(by)s = 'place'
                    AND (xid, position) > (%(xid)s::xid8, %(position)s)
                    AND (xid, position) <= (%(end_xid)s::xid8, %(end_position)s)
                    AND received_at >= %(since)s AND received_at < %(until)s
                    AND position BETWEEN %(first_position)s AND %(last_position)s
                ORDER BY xid, position
                LIMIT %(limit)s
            )
            UNION ALL
            (
                SELECT named.*
                FROM unnest(%(names)s::varchar[]) AS heard (heard_name)
                CROSS JOIN LATERAL (
                    SELECT xid, position, received_at, name, distinct_id, pg_column_size(properties) AS size
                    FROM stream_event
                    WHERE name = heard_name
                        AND (xid, position) > (%(xid)s::xid8, %(position)s)
                        AND (xid, position) <= (%(end_xid)s::xid8, %(end_position)s)
                        AND received_at >= %(since)s AND received_at < %(until)s
                        AND position BETWEEN %(first_position)s AND %(last_position)s
                    ORDER BY xid, position
                    LIMIT %(limit)s
                ) AS named
                WHERE %(by)s = 'name'
                ORDER BY xid, position
                LIMIT %(limit)s
            )
            UNION ALL
            (
                SELECT xid, position, received_at, name, distinct_id, pg_column_size(properties) AS size
                FROM stream_event
                WHERE %(by)s = 'distinct_id'
                    AND distinct_id = ANY (%(distinct_ids)s::varchar[])
                    AND (%(names)s::varchar[] = '{}' OR name = ANY (%(names)s::varchar[]))
                    AND (xid, position) > (%(xid)s::xid8, %(position)s)
                    AND (xid, position) <= (%(end_xid)s::xid8, %(end_position)s)
                    AND received_at >= %(since)s AND received_at < %(until)s
                    AND position BETWEEN %(first_position)s AND %(last_position)s
                ORDER BY xid, position
                LIMIT %(limit)s
            )
        ) AS event
    ) AS candidate
    WINDOW in_order AS (ORDER BY xid, position)
) AS sized
WHERE bytes <= %(limit_bytes)s OR ordinal = 1
-- qualified: the bare name would be the column of text, in which 10 comes before 9
ORDER BY sized.xid, sized.position
