-- Removes a source's events with their message ids and what consumers parked of them.
WITH erased AS (
    DELETE FROM stream_event WHERE source = %(source)s RETURNING xid, position, message_id
), forgotten AS (
    DELETE FROM stream_messageid USING erased WHERE stream_messageid.message_id = erased.message_id
), unparked AS (
    DELETE FROM stream_parkedevent USING erased
    WHERE stream_parkedevent.xid = erased.xid AND stream_parkedevent.position = erased.position
)
SELECT count(*) FROM erased
