-- How one consent of each customer stands, over all their ids.
LEFT JOIN (
    SELECT
        known.customer_id,
        consents_is_given(
            max(state.given_at), max(state.withdrawn_at), max(state.noted_at), max(state.denied_at)
        ) AS is_given
    FROM know_consents_consentstate AS state
    JOIN know_customers_distinctid AS known ON known.distinct_id = state.distinct_id
    WHERE state.channel = /*channel*/ AND state.purpose = /*purpose*/ /*ids*/
    GROUP BY known.customer_id
) AS /*alias*/ ON /*alias*/.customer_id = person.id
