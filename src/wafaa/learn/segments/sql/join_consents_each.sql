-- How one consent of one customer after another stands, over all their ids.
LEFT JOIN LATERAL (
    SELECT
        consents_is_given(
            max(state.given_at), max(state.withdrawn_at), max(state.noted_at), max(state.denied_at)
        ) AS is_given
    FROM know_customers_distinctid AS known
    JOIN know_consents_consentstate AS state
        ON state.distinct_id = known.distinct_id AND state.channel = /*channel*/ AND state.purpose = /*purpose*/
    WHERE known.customer_id = person.id
    HAVING count(*) > 0
) AS /*alias*/ ON true
