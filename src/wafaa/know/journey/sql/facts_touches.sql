-- Facts about touches: times in UTC, days in the business's zone.
SELECT
    position AS touch_id, traveller_id, name, at AT TIME ZONE 'UTC' AS at,
    (at AT TIME ZONE %(time_zone)s)::date AS day
FROM know_journey_touch
WHERE position >= %(low)s AND position < %(high)s
ORDER BY position
