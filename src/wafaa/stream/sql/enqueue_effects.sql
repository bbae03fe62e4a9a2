-- Keeps effects to be done once this transaction has committed, one per key for good, and wakes the senders then. They come as
-- one JSON text: arrays of texts with quotes in them cost their sender more than all the rest.
WITH fresh AS (
    INSERT INTO stream_effect (
        uuid, key, kind, destination_id, subject, payload, state, attempts, due_at, retry_until, created_at
    )
    SELECT
        given.uuid, given.key, destination.kind, destination.id, given.subject, given.payload, 'pending', 0,
        given.due_at, given.retry_until, %(now)s
    FROM ROWS FROM (
        jsonb_to_recordset(%(effects)s::jsonb) AS (
            uuid uuid, key varchar, destination varchar, subject varchar, payload jsonb, due_at timestamptz,
            retry_until timestamptz
        )
    ) WITH ORDINALITY AS given (uuid, key, destination, subject, payload, due_at, retry_until, ordinal)
    JOIN stream_destination AS destination ON destination.name = given.destination
    ORDER BY given.ordinal
    ON CONFLICT (key) DO NOTHING
    RETURNING id
), counted AS (
    SELECT count(*) AS fresh FROM fresh
)
SELECT fresh, CASE WHEN fresh > 0 THEN pg_notify('wafaa_outbox', '') END FROM counted
