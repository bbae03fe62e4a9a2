-- Facts about responses: times in UTC, days in the business's zone; of those who gave up the question that they answered last.
-- Stores and products are named by what connected shops call them; of one that the house does not know the number is NULL.
SELECT
    response.id AS response_id, response.survey_id, version.number AS version, response.collector_id,
    response.customer_id, response.state, response.channel, response.touchpoint, response.agent,
    store.id AS store_id, product.id AS product_id, response.language, response.started_at AT TIME ZONE 'UTC' AS started_at,
    coalesce(response.completed_at, response.last_at) AT TIME ZONE 'UTC' AS at,
    (coalesce(response.completed_at, response.last_at) AT TIME ZONE %(time_zone)s)::date AS day,
    response.seconds, response.page_number::integer AS last_page, coalesce(last.question_key, '') AS last_question,
    response.is_test,
    response.is_speeder OR response.is_straight AS is_flagged
FROM listen_surveys_response AS response
JOIN listen_surveys_surveyversion AS version ON version.id = response.version_id
LEFT JOIN know_orders_store AS store ON response.store <> '' AND store.code = response.store
LEFT JOIN know_orders_product AS product ON response.product <> '' AND product.sku = response.product
LEFT JOIN LATERAL (
    SELECT answer.question_key
    FROM listen_surveys_answer AS answer
    WHERE response.state IN ('started', 'partial') AND answer.response_id = response.id
        AND (answer.number IS NOT NULL OR answer.choices <> '{}' OR answer.text <> '' OR answer.not_applicable)
    ORDER BY answer.id DESC
    LIMIT 1
) AS last ON TRUE
WHERE response.id >= %(low)s AND response.id < %(high)s
ORDER BY response.id
