-- The next customers that were touched while a build was under way.
DELETE FROM learn_segments_touched
WHERE id IN (SELECT id FROM learn_segments_touched WHERE build_id = %(build_id)s ORDER BY id LIMIT %(limit)s)
RETURNING customer_id
