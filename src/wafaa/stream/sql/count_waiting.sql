-- How many recorded events a consumer has not come to yet, those behind a transaction in flight included.
SELECT count(*)
FROM stream_event
WHERE (xid, position) > (
        coalesce((SELECT xid FROM stream_checkpoint WHERE consumer = %(consumer)s), '0'::xid8),
        coalesce((SELECT position FROM stream_checkpoint WHERE consumer = %(consumer)s), 0)
    )
    AND (%(names)s::varchar[] = '{}' OR name = ANY (%(names)s::varchar[]))
