-- How many customers allow and refuse what, by channel and purpose.
SELECT channel, purpose, count(*) FILTER (WHERE is_given), count(*) FILTER (WHERE NOT is_given)
FROM (
    SELECT
        state.channel, state.purpose,
        consents_is_given(max(state.given_at), max(state.withdrawn_at), max(state.noted_at), max(state.denied_at)) AS is_given
    FROM know_consents_consentstate AS state
    JOIN know_customers_distinctid AS known ON known.distinct_id = state.distinct_id
    GROUP BY known.customer_id, state.channel, state.purpose
) AS word
GROUP BY channel, purpose
ORDER BY channel, purpose
