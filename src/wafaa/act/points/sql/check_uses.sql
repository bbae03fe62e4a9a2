-- Lots of which more or less is left than was not used: (lot, what should be left, what is).
SELECT lot.id, lot.amount - coalesce(used.amount, 0), lot.remaining
FROM act_points_lot AS lot
LEFT JOIN (SELECT lot_id, sum(amount - restored) AS amount FROM act_points_lotuse GROUP BY lot_id) AS used ON used.lot_id = lot.id
WHERE lot.remaining <> lot.amount - coalesce(used.amount, 0)
ORDER BY lot.id LIMIT %(at_most)s
