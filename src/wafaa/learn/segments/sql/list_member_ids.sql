-- The members behind one, in the order of their ids.
SELECT customer_id FROM learn_segments_membership
WHERE build_id = %(build_id)s AND is_member AND customer_id > %(after)s
ORDER BY customer_id
LIMIT %(limit)s
