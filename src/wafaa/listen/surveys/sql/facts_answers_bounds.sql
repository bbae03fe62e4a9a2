-- The highest key of the answer facts.
SELECT max(id) FROM listen_surveys_answer
