-- How many are in the one, in the other, in both.
SELECT count(*) FILTER (WHERE one), count(*) FILTER (WHERE other), count(*) FILTER (WHERE one AND other)
FROM (
    SELECT bool_or(build_id = %(one)s) AS one, bool_or(build_id = %(other)s) AS other
    FROM learn_segments_membership
    WHERE build_id IN (%(one)s, %(other)s) AND is_member
    GROUP BY customer_id
) AS member
