-- Holds the travellers of some distinct ids, so that their visits are joined by one transaction at a time.
SELECT FROM know_journey_traveller WHERE distinct_id = ANY(%(distinct_ids)s::varchar[]) ORDER BY id FOR UPDATE
