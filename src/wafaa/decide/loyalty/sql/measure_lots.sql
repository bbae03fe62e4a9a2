-- What became so far of what was awarded in the period: by kind of what used it, less what was put back; 0 is what is still open.
-- A merge only moves what is left to another wallet: it remains a part of its award.
WITH awarded AS MATERIALIZED (
    SELECT id, amount FROM act_points_transfer
    WHERE unit_id = %(unit)s AND kind IN (1, 10, 11) AND target_id IS NOT NULL
        AND occurred_at >= %(since)s::timestamptz AND occurred_at < %(until)s::timestamptz
)
SELECT -1 AS kind, coalesce(sum(amount), 0)::bigint AS amount, count(*) AS rows FROM awarded
UNION ALL
SELECT 0, coalesce(sum(lot.remaining), 0)::bigint, count(*) FROM awarded JOIN act_points_lot AS lot ON lot.award_id = awarded.id
UNION ALL
SELECT taken.kind, sum(used.amount - used.restored)::bigint, count(*)
FROM awarded
JOIN act_points_lot AS lot ON lot.award_id = awarded.id
JOIN act_points_lotuse AS used ON used.lot_id = lot.id
JOIN act_points_transfer AS taken ON taken.id = used.transfer_id
WHERE taken.kind <> 13
GROUP BY taken.kind
