-- A batch's events go to the database once.
COPY told_events (ordinal, source, distinct_id, occurred_at, properties, context) FROM STDIN
