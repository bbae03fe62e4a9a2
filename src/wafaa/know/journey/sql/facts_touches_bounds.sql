-- The highest key of the touch facts.
SELECT max(position) FROM know_journey_touch
