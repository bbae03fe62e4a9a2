-- Of some asks those whose order was returned or cancelled, as the stream knows, whether this room has heard of it or not.
SELECT given.id
FROM unnest(%(ids)s::bigint[], %(customers)s::bigint[], %(abouts)s::varchar[], %(began)s::timestamptz[])
    AS given (id, customer_id, about, began_at)
WHERE EXISTS (
    SELECT
    FROM know_customers_distinctid AS link
    JOIN stream_events AS word ON word.distinct_id = link.distinct_id AND word.occurred_at >= given.began_at
    WHERE link.customer_id = given.customer_id AND word.name = ANY (%(names)s::varchar[])
        AND btrim(word.properties ->> 'order_id') = given.about
)
