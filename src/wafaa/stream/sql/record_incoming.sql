-- Records the copied events whose message ids are new, in their order; of equal ids the first stands. Ids are inserted in
-- sorted order, so that two recorders with ids in common wait for each other instead of deadlocking.
WITH fresh AS (
    INSERT INTO stream_messageid (message_id)
    SELECT message_id FROM stream_incoming
    WHERE NOT (SELECT EXISTS (SELECT FROM stream_erasedmessage)) OR NOT EXISTS (
        SELECT FROM stream_erasedmessage CROSS JOIN stream_erasuresalt WHERE digest = stream_digest(salt, message_id)
    )
    ORDER BY message_id
    ON CONFLICT DO NOTHING
    RETURNING message_id
), chosen AS (
    SELECT min(incoming.ordinal) AS ordinal
    FROM stream_incoming AS incoming
    JOIN fresh USING (message_id)
    GROUP BY incoming.message_id
), recorded AS (
    INSERT INTO stream_event
        (position, message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
    SELECT
        nextval('stream_event_position'), message_id, type, name, distinct_id, occurred_at, %(received_at)s,
        coalesce(properties, '{}'), coalesce(context, '{}'), coalesce(source, '')
    FROM (SELECT incoming.* FROM stream_incoming AS incoming JOIN chosen USING (ordinal) ORDER BY ordinal) AS ordered
    RETURNING name
)
-- The notice says which names there are, as far as that is short: who hears none of them sleeps on.
SELECT told.events, pg_notify('wafaa_stream', CASE WHEN octet_length(told.names) < 4000 THEN told.names ELSE '' END)
FROM (SELECT count(*) AS events, json_agg(DISTINCT name)::text AS names FROM recorded) AS told
