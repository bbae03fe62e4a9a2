-- The customers who allow (or refuse) something, as a condition on their ids.
SELECT known.customer_id
FROM know_consents_consentstate AS state
JOIN know_customers_distinctid AS known ON known.distinct_id = state.distinct_id
WHERE (%(channel)s = '' OR state.channel = %(channel)s) AND (%(purpose)s = '' OR state.purpose = %(purpose)s)
GROUP BY known.customer_id, state.channel, state.purpose
HAVING %(is_given)s::boolean IS NULL
    OR consents_is_given(max(state.given_at), max(state.withdrawn_at), max(state.noted_at), max(state.denied_at)) = %(is_given)s
