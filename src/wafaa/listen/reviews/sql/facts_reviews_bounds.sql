-- The highest key of the facts about reviews.
SELECT max(id) FROM listen_reviews_review
