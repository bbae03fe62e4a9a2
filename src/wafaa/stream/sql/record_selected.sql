-- Records the events that a query gives (message_id, type, name, distinct_id, occurred_at, properties, context, source) whose message
-- ids are new, in its order; of equal ids the first stands. Ids are inserted in sorted order, as record_incoming does.
WITH told AS MATERIALIZED (
    SELECT given.*, row_number() OVER () AS ordinal
    FROM (/*query*/) AS given (message_id, type, name, distinct_id, occurred_at, properties, context, source)
), first AS MATERIALIZED (
    SELECT DISTINCT ON (message_id) message_id, ordinal FROM told ORDER BY message_id, ordinal
), fresh AS (
    INSERT INTO stream_messageid (message_id)
    SELECT message_id FROM first
    WHERE NOT (SELECT EXISTS (SELECT FROM stream_erasedmessage)) OR NOT EXISTS (
        SELECT FROM stream_erasedmessage CROSS JOIN stream_erasuresalt WHERE digest = stream_digest(salt, message_id)
    )
    ORDER BY message_id
    ON CONFLICT DO NOTHING
    RETURNING message_id
), chosen AS (
    SELECT told.* FROM told JOIN first USING (ordinal) JOIN fresh ON fresh.message_id = first.message_id ORDER BY ordinal
), recorded AS (
    INSERT INTO stream_event
        (position, message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
    SELECT
        nextval('stream_event_position'), message_id, type, name, distinct_id, occurred_at, %(received_at)s::timestamptz,
        coalesce(properties::json, '{}'), coalesce(context::json, '{}'), coalesce(source, '')
    FROM chosen
    RETURNING name
)
SELECT told.events, pg_notify('wafaa_stream', CASE WHEN octet_length(told.names) < 4000 THEN told.names ELSE '' END)
FROM (
    SELECT coalesce(sum(events), 0) AS events, json_agg(name)::text AS names
    FROM (SELECT name, count(*) AS events FROM recorded GROUP BY name) AS one
) AS told
