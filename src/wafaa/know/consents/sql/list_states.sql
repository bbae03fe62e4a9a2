-- How the consents of some customers stand, over all ids of each.
SELECT
    known.customer_id, state.channel, state.purpose, max(state.given_at), max(state.withdrawn_at), max(state.noted_at),
    max(state.denied_at)
FROM know_customers_distinctid AS known
JOIN know_consents_consentstate AS state ON state.distinct_id = known.distinct_id
WHERE known.customer_id = ANY (%(customer_ids)s::bigint[])
GROUP BY known.customer_id, state.channel, state.purpose
ORDER BY known.customer_id, state.channel, state.purpose
