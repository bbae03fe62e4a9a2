-- Facts about reviews that count: times in UTC, days in the business's zone.
SELECT
    id AS review_id, customer_id, product_id, order_id, store_id::integer AS store_id, rating::integer AS rating, state, origin,
    language, is_verified, submitted_at AT TIME ZONE 'UTC' AS at, (submitted_at AT TIME ZONE %(time_zone)s)::date AS day
FROM listen_reviews_review
WHERE id >= %(low)s AND id < %(high)s AND state IN ('waiting', 'published', 'rejected')
ORDER BY id
