-- What became of a unit's awards, by the month of the award and the month in which it happened, with the part of that month that
-- had passed, weighted. What was put back counts as not spent; what was taken back, put right or paid for a debt corrects the
-- award; a merge changes nothing, for what is left remains a part of its award.
SELECT
    date_trunc('month', awarded)::date AS cohort, date_trunc('month', happened)::date AS month, kind, sum(amount)::bigint AS amount,
    sum(amount * extract(epoch FROM happened - date_trunc('month', happened)) / extract(epoch FROM
        date_trunc('month', happened) + interval '1 month' - date_trunc('month', happened)))::float AS late
FROM (
    SELECT
        occurred_at AT TIME ZONE %(zone)s AS awarded, occurred_at AT TIME ZONE %(zone)s AS happened, 'granted' AS kind, amount
    FROM act_points_transfer
    WHERE unit_id = %(unit)s AND kind IN (1, 10, 11) AND target_id IS NOT NULL
    UNION ALL
    SELECT
        award.occurred_at AT TIME ZONE %(zone)s, taken.occurred_at AT TIME ZONE %(zone)s,
        CASE WHEN taken.kind IN (3, 4) THEN 'spent' WHEN taken.kind = 7 THEN 'expired' ELSE 'corrected' END,
        used.amount - used.restored
    FROM act_points_lotuse AS used
    JOIN act_points_transfer AS taken ON taken.id = used.transfer_id AND taken.unit_id = %(unit)s AND taken.kind <> 13
    JOIN act_points_lot AS lot ON lot.id = used.lot_id
    JOIN act_points_transfer AS award ON award.id = lot.award_id
    WHERE used.amount > used.restored
) AS told
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
