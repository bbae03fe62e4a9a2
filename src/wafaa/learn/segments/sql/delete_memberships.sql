-- Of who is not in and will not be by itself nothing is kept.
DELETE FROM learn_segments_membership AS kept
USING unnest(%(build_ids)s::bigint[], %(customer_ids)s::bigint[]) AS told (build_id, customer_id)
WHERE kept.build_id = told.build_id AND kept.customer_id = told.customer_id
