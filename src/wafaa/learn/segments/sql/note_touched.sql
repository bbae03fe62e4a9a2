-- Customers to be looked at again by each of some builds; by all that are shown where none is named.
INSERT INTO learn_segments_touched (customer_id, build_id)
SELECT customer_id, build_id
FROM unnest(%(customer_ids)s::bigint[]) AS one (customer_id)
CROSS JOIN unnest(%(build_ids)s::bigint[]) AS build (build_id)
