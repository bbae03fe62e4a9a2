-- Of some runs those that an event has made needless which the stream holds and this room has not heard yet, or heard too early.
SELECT given.id
FROM unnest(%(ids)s::bigint[], %(customers)s::bigint[], %(abouts)s::varchar[], %(began)s::timestamptz[])
    AS given (id, customer_id, about, began_at)
WHERE EXISTS (
    SELECT
    FROM know_customers_distinctid AS link
    JOIN stream_events AS word ON word.distinct_id = link.distinct_id AND word.occurred_at > given.began_at
    JOIN unnest(%(names)s::varchar[], %(sames)s::boolean[]) AS unless (name, same) ON unless.name = word.name
    WHERE link.customer_id = given.customer_id
        AND (
            NOT unless.same
            OR EXISTS (
                SELECT FROM unnest(%(keys)s::varchar[]) AS known (key)
                WHERE btrim(word.properties ->> known.key) = given.about AND given.about <> ''
            )
        )
)
