-- What moved in a unit by month and kind, in the period asked for (`is_in`) and before it. Below 0 are the kinds
-- of what staff took away and of what had expired and was put back; of what was taken back only what left a wallet counts: the
-- rest was forgiven.
SELECT
    date_trunc('month', moved.occurred_at AT TIME ZONE %(zone)s)::date AS month, moved.occurred_at >= %(since)s::timestamptz AS is_in,
    CASE WHEN moved.kind = 11 AND moved.target_id IS NULL OR moved.kind = 8 AND moved.source_role = 3 THEN -moved.kind
    ELSE moved.kind END AS kind,
    sum(moved.amount)::bigint AS amount, count(*) AS moves
FROM act_points_transfer AS moved
WHERE moved.unit_id = %(unit)s AND moved.occurred_at >= %(chart_since)s::timestamptz AND moved.occurred_at < %(until)s::timestamptz
    AND moved.kind IN (1, 3, 5, 7, 8, 9, 11) AND (moved.kind <> 9 OR moved.source_id IS NOT NULL)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
