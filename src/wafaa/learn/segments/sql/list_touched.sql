-- Customers whose rows were written and who were not looked at since, up to a number.
SELECT customer_id FROM learn_segments_touched WHERE build_id IS NULL AND customer_id IS NOT NULL LIMIT %(limit)s
