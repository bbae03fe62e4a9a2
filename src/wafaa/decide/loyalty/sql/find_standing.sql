-- What programmes know of a customer at a moment, for a cart: the version that holds, membership, segments, and whether they ever bought.
SELECT
    programme.id, version.id, coalesce(member.id, 0), coalesce(member.tiers, '{}'),
    CASE WHEN version.segments <> '{}' THEN (
        SELECT array_agg(segment.uuid)
        FROM learn_segments_segment AS segment
        JOIN learn_segments_membership AS inside ON inside.build_id = segment.build_id AND inside.customer_id = %(customer)s
        WHERE segment.uuid = ANY (version.segments) AND inside.is_member
    ) END,
    NOT EXISTS (
        SELECT FROM know_orders_order AS earlier
        WHERE earlier.customer_id = %(customer)s AND earlier.counted AND earlier.ordered_at < %(at)s::timestamptz)
FROM decide_loyalty_programme AS programme
JOIN LATERAL (
    SELECT * FROM decide_loyalty_version AS one
    WHERE one.programme_id = programme.id AND one.published_at <= %(at)s::timestamptz
    ORDER BY one.published_at DESC LIMIT 1
) AS version ON NOT version.is_silent
LEFT JOIN decide_loyalty_member AS member ON member.programme_id = programme.id AND member.customer_id = %(customer)s
WHERE programme.started_at <= %(at)s::timestamptz
    AND (programme.is_automatic AND member.left_at IS NULL OR member.id IS NOT NULL AND member.left_at IS NULL)
    AND (member.id IS NOT NULL OR NOT decide_loyalty_is_aside(programme.id, %(customer)s::bigint))
ORDER BY programme.id
