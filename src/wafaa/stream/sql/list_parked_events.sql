-- A consumer's next parked events in the order of the stream; of the given distinct ids, or of all. The last column: whether an
-- earlier one of its distinct id, before the place, is parked too.
SELECT
    event.xid::text, event.position, event.received_at, event.name, event.distinct_id,
    EXISTS (
        SELECT FROM stream_parkedevent AS earlier
        WHERE earlier.consumer = parked.consumer AND earlier.distinct_id = parked.distinct_id
            AND (earlier.xid, earlier.position) <= (%(xid)s::xid8, %(position)s)
    )
FROM stream_parkedevent AS parked
JOIN stream_event AS event ON event.xid = parked.xid AND event.position = parked.position
WHERE parked.consumer = %(consumer)s
    AND (%(distinct_ids)s::varchar[] IS NULL OR parked.distinct_id = ANY (%(distinct_ids)s::varchar[]))
    AND (parked.xid, parked.position) > (%(xid)s::xid8, %(position)s)
ORDER BY parked.xid, parked.position
LIMIT %(limit)s
