-- Which parts of the touch facts have rows written since a transaction.
SELECT DISTINCT position / %(part_rows)s FROM know_journey_touch WHERE changed_in >= (%(since)s::text)::xid8
