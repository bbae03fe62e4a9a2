-- Some events by what never changes of them: whom they are about, when they occurred, and their message id.
SELECT
    event.position, event.message_id, event.type, event.name, event.distinct_id, event.occurred_at, event.received_at,
    event.properties::text, event.context::text, event.source
FROM unnest(%(distinct_ids)s::varchar[], %(times)s::timestamptz[], %(message_ids)s::varchar[])
    AS asked (distinct_id, occurred_at, message_id)
CROSS JOIN LATERAL (
    SELECT * FROM stream_event AS stored
    WHERE
        stored.distinct_id = asked.distinct_id AND stored.occurred_at = asked.occurred_at
        AND stored.message_id = asked.message_id
    LIMIT 1
) AS event
