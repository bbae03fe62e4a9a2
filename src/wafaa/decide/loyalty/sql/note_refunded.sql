-- What the refunds of these occasions' orders have given by now: it pays no charge later.
UPDATE decide_loyalty_occasion AS occasion SET refunded_minor = decide_loyalty_refunded(occasion.order_id)
FROM decide_loyalty_programme AS programme
WHERE programme.id = occasion.programme_id AND programme.policy = 'charge' AND occasion.id = ANY (%(occasions)s::bigint[])
    AND occasion.refunded_minor <> decide_loyalty_refunded(occasion.order_id)
