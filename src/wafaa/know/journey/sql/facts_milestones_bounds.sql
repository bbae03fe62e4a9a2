-- The highest key of the milestone facts.
SELECT max(id) FROM know_journey_milestone
