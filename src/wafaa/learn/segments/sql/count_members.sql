-- How many are in, by build.
SELECT build_id, count(*) FROM learn_segments_membership WHERE build_id = ANY (%(build_ids)s::bigint[]) AND is_member GROUP BY build_id
