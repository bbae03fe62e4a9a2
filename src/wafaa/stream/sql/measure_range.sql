-- Where a range begins and ends in the order of the stream, and how many events it has. Read once, when a replay begins.
WITH chosen AS MATERIALIZED (
    SELECT xid, position FROM stream_event
    WHERE received_at >= %(since)s AND received_at < %(until)s
        AND position BETWEEN %(first_position)s AND %(last_position)s
        AND (%(names)s::varchar[] = '{}' OR name = ANY (%(names)s::varchar[]))
        AND (%(distinct_ids)s::varchar[] = '{}' OR distinct_id = ANY (%(distinct_ids)s::varchar[]))
)
SELECT
    (SELECT count(*) FROM chosen),
    (SELECT xid::text FROM chosen AS first ORDER BY first.xid, first.position LIMIT 1),
    (SELECT position FROM chosen AS first ORDER BY first.xid, first.position LIMIT 1),
    (SELECT xid::text FROM chosen AS last ORDER BY last.xid DESC, last.position DESC LIMIT 1),
    (SELECT position FROM chosen AS last ORDER BY last.xid DESC, last.position DESC LIMIT 1)
