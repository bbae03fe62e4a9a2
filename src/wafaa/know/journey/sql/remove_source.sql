-- Deletes the milestones that a source told, and the ways of the travellers whom it brought.
DELETE FROM know_journey_milestone WHERE source = %(source)s;

DELETE FROM know_journey_milestone AS milestone USING know_journey_traveller AS traveller
WHERE traveller.id = milestone.traveller_id AND traveller.source = %(source)s;

DELETE FROM know_journey_visit AS visit USING know_journey_traveller AS traveller
WHERE traveller.id = visit.traveller_id AND traveller.source = %(source)s;

DELETE FROM know_journey_touch AS touch USING know_journey_traveller AS traveller
WHERE traveller.id = touch.traveller_id AND traveller.source = %(source)s;

DELETE FROM know_journey_traveller WHERE source = %(source)s
