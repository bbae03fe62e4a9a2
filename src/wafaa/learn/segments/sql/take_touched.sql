-- The next touched customers, oldest first; they are looked at in this transaction.
DELETE FROM learn_segments_touched
WHERE id IN (SELECT id FROM learn_segments_touched WHERE build_id IS NULL ORDER BY id LIMIT %(limit)s)
RETURNING customer_id, what
