-- Parts of a caller's statement: record the event in `event` (JSON, or empty) unless its message id was seen before, where the
-- caller's part `saved` gives a row. Who reads the stream is woken after the commit.
told AS (
    SELECT event.* FROM saved
    CROSS JOIN json_populate_record(NULL::stream_event, nullif(%(event)s::text, '')::json) AS event
    WHERE event.message_id IS NOT NULL
), fresh AS (
    INSERT INTO stream_messageid (message_id)
    SELECT message_id FROM told
    WHERE NOT (SELECT EXISTS (SELECT FROM stream_erasedmessage)) OR NOT EXISTS (
        SELECT FROM stream_erasedmessage CROSS JOIN stream_erasuresalt WHERE digest = stream_digest(salt, told.message_id)
    )
    ON CONFLICT DO NOTHING
    RETURNING message_id
), recorded AS (
    INSERT INTO stream_event
        (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
    SELECT
        told.message_id, told.type, told.name, told.distinct_id, told.occurred_at, told.received_at, told.properties,
        told.context, told.source
    FROM told JOIN fresh USING (message_id)
)
