-- The highest key of the response facts.
SELECT max(id) FROM listen_surveys_response
