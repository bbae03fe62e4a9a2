-- The highest key of the traveller facts.
SELECT max(id) FROM know_journey_traveller
