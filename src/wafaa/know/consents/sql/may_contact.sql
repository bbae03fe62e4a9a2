-- Which of some customers may be reached by a channel for a purpose; without a word of theirs only where `unless` says so.
SELECT asked.customer_id
FROM unnest(%(customer_ids)s::bigint[]) AS asked (customer_id)
CROSS JOIN LATERAL (
    SELECT
        count(*) AS statements, max(state.given_at) AS given_at, max(state.withdrawn_at) AS withdrawn_at,
        max(state.noted_at) AS noted_at, max(state.denied_at) AS denied_at
    FROM know_customers_distinctid AS known
    JOIN know_consents_consentstate AS state
        ON state.distinct_id = known.distinct_id AND state.channel = %(channel)s AND state.purpose = %(purpose)s
    WHERE known.customer_id = asked.customer_id
) AS word
WHERE CASE
    WHEN word.statements = 0 THEN %(unless)s
    ELSE consents_is_given(word.given_at, word.withdrawn_at, word.noted_at, word.denied_at)
END
