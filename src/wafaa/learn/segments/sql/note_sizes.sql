-- How many are in each segment that is shown (in the one), for a day.
INSERT INTO learn_segments_size AS kept (segment_id, day, members)
SELECT segment.id, %(day)s, (
    SELECT count(*) FROM learn_segments_membership AS member WHERE member.build_id = segment.build_id AND member.is_member
)
FROM learn_segments_segment AS segment
WHERE segment.build_id IS NOT NULL AND (%(only)s::bigint IS NULL OR segment.id = %(only)s)
ON CONFLICT (segment_id, day) DO UPDATE SET members = excluded.members
