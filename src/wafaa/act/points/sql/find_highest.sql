-- The highest transfer that is seen.
SELECT max(id) FROM act_points_transfer
