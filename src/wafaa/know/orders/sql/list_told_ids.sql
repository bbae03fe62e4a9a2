-- The distinct ids of the identified customers in told_head, with the source that told of them first.
SELECT DISTINCT ON (distinct_id) distinct_id, source
FROM told_head WHERE distinct_id IS NOT NULL
ORDER BY distinct_id, ordinal
