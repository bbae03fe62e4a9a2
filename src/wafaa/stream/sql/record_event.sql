-- Records one event unless its message id was seen before, and wakes the drain.
WITH fresh AS (
    INSERT INTO stream_messageid (message_id)
    SELECT %(message_id)s
    WHERE NOT (SELECT EXISTS (SELECT FROM stream_erasedmessage)) OR NOT EXISTS (
        SELECT FROM stream_erasedmessage CROSS JOIN stream_erasuresalt WHERE digest = stream_digest(salt, %(message_id)s::varchar)
    )
    ON CONFLICT DO NOTHING
    RETURNING message_id
), recorded AS (
    INSERT INTO stream_event
        (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
    SELECT
        message_id, %(type)s, %(name)s, %(distinct_id)s, %(occurred_at)s, %(received_at)s,
        %(properties)s::json, %(context)s::json, %(source)s
    FROM fresh
    RETURNING position, name
)
SELECT position, pg_notify('wafaa_stream', json_build_array(name)::text) FROM recorded
