-- The same of those whose message was handed over and may still wait: automation, run, step, customer.
SELECT DISTINCT automation.uuid, run.id, run.what, run.customer_id
FROM unnest(%(versions)s::bigint[], %(customers)s::bigint[], %(abouts)s::varchar[], %(times)s::timestamptz[])
    AS given (version_id, customer_id, about, at)
JOIN decide_journeys_run AS run ON run.customer_id = given.customer_id AND run.version_id = given.version_id
JOIN decide_journeys_automation AS automation ON automation.id = run.automation_id
WHERE run.state = %(state)s AND run.deadline > %(now)s AND run.began_at < given.at
    AND (given.about IS NULL OR run.about = given.about)
ORDER BY automation.uuid, run.id
