-- The latest events of some distinct ids before a point of their timeline, newest first.
SELECT
    position, message_id, type, name, distinct_id, occurred_at, received_at, properties::text, context::text, source
FROM unnest(%(distinct_ids)s::varchar[]) AS asked (asked_id)
CROSS JOIN LATERAL (
    SELECT * FROM stream_event
    WHERE distinct_id = asked_id AND (occurred_at, position) < (%(before_at)s, %(before_position)s)
    ORDER BY occurred_at DESC, position DESC
    LIMIT %(limit)s
) AS event
ORDER BY occurred_at DESC, position DESC
LIMIT %(limit)s
