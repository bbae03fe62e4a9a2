-- Some rows of a build that is not shown any more.
DELETE FROM learn_segments_membership
WHERE (build_id, customer_id) IN (
    SELECT build_id, customer_id FROM learn_segments_membership WHERE build_id = %(build_id)s ORDER BY customer_id LIMIT %(limit)s
)
