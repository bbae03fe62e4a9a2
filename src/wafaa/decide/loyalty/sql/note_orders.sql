-- Orders that were not looked at before become occasions: of the version that held when they were placed, with what was so of the
-- customer. What is noted stays.
WITH bought AS MATERIALIZED (
    SELECT id, customer_id, ordered_at FROM know_orders_order WHERE id = ANY (%(orders)s::bigint[]) AND counted
)
INSERT INTO decide_loyalty_occasion (
    programme_id, key, version_id, member_id, kind, name, order_id, at, segments, tiers, is_first, categories
)
SELECT
    programme.id, 'order:' || bought.id, version.id, member.id, 'order', '', bought.id, bought.ordered_at,
    CASE WHEN version.segments <> '{}' THEN (
        SELECT array_agg(segment.uuid)
        FROM learn_segments_segment AS segment
        JOIN learn_segments_membership AS inside ON inside.build_id = segment.build_id AND inside.customer_id = bought.customer_id
        WHERE segment.uuid = ANY (version.segments) AND inside.is_member
    ) END,
    nullif(member.tiers, '{}'),
    version.minds_first AND NOT EXISTS (
        SELECT FROM know_orders_order AS earlier
        WHERE earlier.customer_id = bought.customer_id AND earlier.counted
            AND (earlier.ordered_at, earlier.id) < (bought.ordered_at, bought.id)
    ) AND NOT EXISTS ( -- one that is told late takes nothing from the one that was the first when it came
        SELECT FROM decide_loyalty_occasion AS stood JOIN know_orders_order AS other ON other.id = stood.order_id
        WHERE stood.member_id = member.id AND stood.is_first AND other.counted AND other.id <> bought.id
    ),
    CASE WHEN version.minds_goods THEN (
        SELECT jsonb_object_agg(product.id, product.category)
        FROM know_orders_orderline AS line JOIN know_orders_product AS product ON product.id = line.product_id
        WHERE line.order_id = bought.id
    ) END
FROM bought
JOIN decide_loyalty_programme AS programme ON programme.started_at <= bought.ordered_at
CROSS JOIN LATERAL (
    SELECT id, tiers, joined_at, left_at FROM decide_loyalty_member
    WHERE programme_id = programme.id AND customer_id = bought.customer_id
    OFFSET 0
) AS member
CROSS JOIN LATERAL (
    SELECT id, is_silent, segments, minds_first, minds_goods FROM decide_loyalty_version AS one
    WHERE one.programme_id = programme.id AND one.published_at <= bought.ordered_at
    ORDER BY one.published_at DESC LIMIT 1
) AS version
WHERE NOT version.is_silent
    AND (programme.is_automatic OR member.joined_at <= bought.ordered_at)
    AND (member.left_at IS NULL OR bought.ordered_at < member.left_at)
ORDER BY bought.ordered_at, bought.id
ON CONFLICT (programme_id, key) DO NOTHING
