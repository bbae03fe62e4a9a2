-- Facts about visits: times in UTC, days in the business's zone. A visit that was joined to another one has no events.
SELECT
    id AS visit_id, traveller_id, started_at AT TIME ZONE 'UTC' AS at,
    (started_at AT TIME ZONE %(time_zone)s)::date AS day,
    extract(epoch FROM ended_at - started_at)::integer AS seconds, pages, events, stages, channel
FROM know_journey_visit
WHERE id >= %(low)s AND id < %(high)s AND events > 0
ORDER BY id
