-- Asks about an order that was returned or cancelled after they began and before they went out: of rules that do not ask about
-- just that. Those that wait end; of those handed over their messages are taken back.
UPDATE decide_asking_ask AS ask
SET state = 'skipped', why = %(why)s
FROM unnest(%(customers)s::bigint[], %(abouts)s::varchar[], %(times)s::timestamptz[]) AS given (customer_id, about, at)
WHERE ask.customer_id = given.customer_id AND ask.about = given.about AND ask.state = 'waiting'
    AND ask.began_at <= given.at AND ask.rule_id = ANY (%(rules)s::bigint[])
