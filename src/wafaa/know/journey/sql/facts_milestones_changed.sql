-- Which parts of the milestone facts have rows, or orders of such rows, written since a transaction.
SELECT DISTINCT id / %(part_rows)s FROM know_journey_milestone WHERE changed_in >= (%(since)s::text)::xid8
UNION
SELECT DISTINCT milestone.id / %(part_rows)s
FROM know_orders_order AS bought
JOIN know_journey_milestone AS milestone
    ON milestone.source = bought.source AND milestone.number = bought.external_id AND milestone.kind = 'order'
WHERE bought.changed_in >= (%(since)s::text)::xid8
