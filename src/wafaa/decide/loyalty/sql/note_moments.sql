-- Moments of customers become occasions of the programmes that they are members of, where the version of that time has a rule for
-- such a moment. Each once for good; a day of the year once a year for a member, whoever they were merged with since.
INSERT INTO decide_loyalty_occasion (
    programme_id, key, version_id, member_id, kind, name, at, segments, tiers, is_first, given
)
SELECT
    programme.id, told.key, version.id, member.id, told.kind, told.name, told.at,
    CASE WHEN version.segments <> '{}' THEN (
        SELECT array_agg(segment.uuid)
        FROM learn_segments_segment AS segment
        JOIN learn_segments_membership AS inside ON inside.build_id = segment.build_id AND inside.customer_id = member.customer_id
        WHERE segment.uuid = ANY (version.segments) AND inside.is_member
    ) END,
    nullif(member.tiers, '{}'), false, told.given
FROM unnest(
    %(customers)s::bigint[], %(keys)s::text[], %(kinds)s::text[], %(names)s::text[], %(times)s::timestamptz[], %(givens)s::jsonb[]
) AS told (customer_id, key, kind, name, at, given)
JOIN decide_loyalty_member AS member ON member.customer_id = told.customer_id
    AND member.joined_at <= told.at AND (member.left_at IS NULL OR told.at < member.left_at)
JOIN decide_loyalty_programme AS programme ON programme.id = member.programme_id AND programme.started_at <= told.at
JOIN LATERAL (
    SELECT * FROM decide_loyalty_version AS one
    WHERE one.programme_id = programme.id AND one.published_at <= told.at
    ORDER BY one.published_at DESC LIMIT 1
) AS version ON NOT version.is_silent
WHERE EXISTS (
    SELECT FROM decide_loyalty_rule AS rule
    WHERE rule.version_id = version.id AND rule.trigger = told.kind AND rule.event = told.name
)
AND NOT (told.kind IN ('birthday', 'birthday_hijri', 'anniversary', 'anniversary_hijri') AND EXISTS (
    SELECT FROM decide_loyalty_occasion AS stood
    WHERE stood.member_id = member.id AND stood.kind = told.kind AND split_part(stood.key, ':', 2) = split_part(told.key, ':', 2)
))
ORDER BY told.at, told.key
ON CONFLICT (programme_id, key) DO NOTHING
RETURNING id
