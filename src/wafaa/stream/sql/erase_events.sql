-- Removes up to `limit` events of some distinct ids. Of their message ids random ones stay as they are, for they tell nothing;
-- of all others a salted digest stays, by which a message that is sent again is known and passed over.
WITH doomed AS (
    SELECT xid, position, received_at FROM stream_event
    WHERE distinct_id = ANY (%(distinct_ids)s::varchar[])
    LIMIT %(limit)s
), erased AS (
    DELETE FROM stream_event AS event USING doomed
    WHERE event.xid = doomed.xid AND event.position = doomed.position AND event.received_at = doomed.received_at
    RETURNING event.message_id
), telling AS (
    SELECT message_id FROM erased WHERE message_id !~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
), kept AS (
    INSERT INTO stream_erasedmessage (digest)
    SELECT stream_digest(salt, message_id) FROM telling CROSS JOIN stream_erasuresalt
    ON CONFLICT DO NOTHING
), forgotten AS (
    DELETE FROM stream_messageid USING telling WHERE stream_messageid.message_id = telling.message_id
), unexampled AS (
    UPDATE stream_eventproblem AS problem SET example = ''
    FROM erased WHERE problem.example = erased.message_id
)
SELECT count(*) FROM erased
