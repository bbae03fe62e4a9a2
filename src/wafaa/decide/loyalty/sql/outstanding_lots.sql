-- What is left of a unit in lots, by the month of their award and the month in which they end: how much in all, the part of that
-- month that has passed then, weighted, and how much cannot be used yet. Lots that have ended and wait to be swept are not there.
SELECT
    cohort, ends, sum(remaining)::bigint AS amount, coalesce(sum(remaining * part), 0)::float AS late,
    coalesce(sum(remaining) FILTER (WHERE waits), 0)::bigint AS pending
FROM (
    SELECT
        date_trunc('month', award.occurred_at AT TIME ZONE %(zone)s)::date AS cohort, lot.remaining,
        date_trunc('month', lot.expires_at AT TIME ZONE %(zone)s)::date AS ends,
        extract(epoch FROM
            lot.expires_at AT TIME ZONE %(zone)s - date_trunc('month', lot.expires_at AT TIME ZONE %(zone)s)
        ) / extract(epoch FROM
            date_trunc('month', lot.expires_at AT TIME ZONE %(zone)s) + interval '1 month'
            - date_trunc('month', lot.expires_at AT TIME ZONE %(zone)s)
        ) AS part,
        lot.is_pending AND lot.usable_from > %(now)s::timestamptz AS waits
    FROM act_points_lot AS lot
    JOIN act_points_transfer AS award ON award.id = lot.award_id
    WHERE lot.remaining > 0 AND award.unit_id = %(unit)s AND (lot.expires_at IS NULL OR lot.expires_at > %(now)s::timestamptz)
) AS told
GROUP BY cohort, ends
ORDER BY cohort, ends
