-- Events of some names by any id of some customers, of each name from a moment on (null: all of them), up to a number of each
-- customer, with the texts of some of their properties.
SELECT asked.customer_id, happened.name, happened.occurred_at, happened.texts
FROM unnest(%(ids)s::bigint[]) AS asked (customer_id)
CROSS JOIN LATERAL (
    SELECT
        event.name, event.occurred_at, CASE WHEN event.name = ANY (%(told)s::varchar[]) THEN (
            SELECT json_object_agg(path, learn_segments_text(event.properties #> string_to_array(path, '.')))
            FROM unnest(%(paths)s::text[]) AS path
        ) END AS texts
    FROM know_customers_distinctid AS known
    JOIN stream_events AS event
        ON event.distinct_id = known.distinct_id AND event.occurred_at >= coalesce(%(first)s::timestamptz, '-infinity')
    JOIN unnest(%(names)s::varchar[], %(firsts)s::timestamptz[]) AS heard (name, first)
        ON event.name = heard.name AND (heard.first IS NULL OR event.occurred_at >= heard.first)
    WHERE known.customer_id = asked.customer_id
    LIMIT %(limit)s
) AS happened
