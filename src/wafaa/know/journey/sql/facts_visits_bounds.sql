-- The highest key of the visit facts.
SELECT max(id) FROM know_journey_visit
