-- Ends runs that wait and that an event makes needless: of one version, one customer, about one thing (NULL: about anything), begun
-- before it happened.
UPDATE decide_journeys_run AS run
SET state = 'ended', why = %(why)s, ended_at = %(now)s
FROM unnest(%(versions)s::bigint[], %(customers)s::bigint[], %(abouts)s::varchar[], %(times)s::timestamptz[])
    AS given (version_id, customer_id, about, at)
WHERE run.customer_id = given.customer_id AND run.version_id = given.version_id AND run.state = 'waiting'
    AND run.began_at < given.at AND (given.about IS NULL OR run.about = given.about)
