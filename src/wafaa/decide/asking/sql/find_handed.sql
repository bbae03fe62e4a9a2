-- The same of those whose message was handed over and may still wait: rule, ask, step, customer.
SELECT DISTINCT rule.uuid, ask.id, ask.occasion_key, ask.customer_id
FROM unnest(%(customers)s::bigint[], %(abouts)s::varchar[], %(times)s::timestamptz[]) AS given (customer_id, about, at)
JOIN decide_asking_ask AS ask ON ask.customer_id = given.customer_id AND ask.about = given.about
JOIN decide_asking_rule AS rule ON rule.id = ask.rule_id
WHERE ask.state = 'held' AND ask.began_at <= given.at AND ask.rule_id = ANY (%(rules)s::bigint[])
ORDER BY rule.uuid, ask.id
