-- Facts about responses: times in UTC, days in the business's zone. Stores and products are named by what connected shops call
-- them; of one that the house does not know the number is NULL.
SELECT
    response.id AS response_id, response.survey_id, version.number AS version, response.collector_id,
    response.customer_id, response.state, response.channel, response.touchpoint, response.agent,
    store.id AS store_id, product.id AS product_id, response.language, response.started_at AT TIME ZONE 'UTC' AS started_at,
    coalesce(response.completed_at, response.last_at) AT TIME ZONE 'UTC' AS at,
    (coalesce(response.completed_at, response.last_at) AT TIME ZONE %(time_zone)s)::date AS day,
    response.seconds, response.page_number::integer AS last_page, response.is_test,
    response.is_speeder OR response.is_straight AS is_flagged
FROM listen_surveys_response AS response
JOIN listen_surveys_surveyversion AS version ON version.id = response.version_id
LEFT JOIN know_orders_store AS store ON response.store <> '' AND store.code = response.store
LEFT JOIN know_orders_product AS product ON response.product <> '' AND product.sku = response.product
WHERE response.id >= %(low)s AND response.id < %(high)s
ORDER BY response.id
