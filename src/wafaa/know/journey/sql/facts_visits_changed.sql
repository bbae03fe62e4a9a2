-- Which parts of the visit facts have rows written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_journey_visit WHERE changed_in >= (%(since)s::text)::xid8
