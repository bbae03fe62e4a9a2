-- Facts about answers: one row for each, of several choices one row each; what was taken back has none, and of what was written
-- in words only that it was. `value` is the number, rounded, or the rank; `points` are those of the options, of a scale its length.
SELECT
    answer.id AS answer_id, answer.response_id, response.survey_id, version.number AS version,
    answer.question_key AS question, answer.type, answer.measure,
    CASE
        WHEN answer.number IS NOT NULL THEN least(greatest(round(answer.number), -2000000000), 2000000000)::integer
        WHEN answer.type = 'ranking' THEN chosen.place::integer
    END AS value,
    CASE WHEN answer.not_applicable THEN 'n_a' ELSE coalesce(chosen.choice, '') END AS choice, answer.points,
    response.collector_id, response.customer_id, response.channel, response.touchpoint, response.agent, store.id AS store_id, product.id AS product_id, response.language,
    coalesce(response.completed_at, response.last_at) AT TIME ZONE 'UTC' AS at,
    (coalesce(response.completed_at, response.last_at) AT TIME ZONE %(time_zone)s)::date AS day,
    response.state = 'complete' AS is_complete, response.is_test
FROM listen_surveys_answer AS answer
JOIN listen_surveys_response AS response ON response.id = answer.response_id
JOIN listen_surveys_surveyversion AS version ON version.id = response.version_id
LEFT JOIN know_orders_store AS store ON response.store <> '' AND store.code = response.store
LEFT JOIN know_orders_product AS product ON response.product <> '' AND product.sku = response.product
LEFT JOIN LATERAL unnest(answer.choices) WITH ORDINALITY AS chosen (choice, place) ON TRUE
WHERE answer.id >= %(low)s AND answer.id < %(high)s
    AND (answer.number IS NOT NULL OR chosen.choice IS NOT NULL OR answer.text <> '' OR answer.not_applicable)
ORDER BY answer.id, chosen.place
