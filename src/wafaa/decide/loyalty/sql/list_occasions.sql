-- Occasions to be reckoned, and those of these orders, the oldest first: whose, whether a cap counts over several, and whether their
-- order is somebody else's now. Each is looked up by its key: a join would look through all where nobody has counted the programmes yet.
WITH chosen AS MATERIALIZED (
    SELECT id, member_id, programme_id, version_id, order_id, at FROM decide_loyalty_occasion WHERE id = ANY (%(occasions)s::bigint[])
    UNION ALL
    SELECT occasion.*
    FROM unnest(%(orders)s::bigint[]) AS one (id)
    CROSS JOIN LATERAL (
        SELECT id, member_id, programme_id, version_id, order_id, at FROM decide_loyalty_occasion
        WHERE programme_id = ANY (ARRAY(SELECT id FROM decide_loyalty_programme)) AND key = 'order:' || one.id
        OFFSET 0
    ) AS occasion
),
capped AS MATERIALIZED (
    SELECT
        version.id,
        version.cap_points IS NOT NULL OR EXISTS (
            SELECT FROM decide_loyalty_rule AS rule
            WHERE rule.version_id = version.id AND (rule.cap_points IS NOT NULL OR rule.cap_uses IS NOT NULL)
        ) AS is_so
    FROM decide_loyalty_version AS version WHERE version.id IN (SELECT version_id FROM chosen)
)
SELECT
    chosen.id, chosen.member_id, chosen.programme_id, capped.is_so,
    CASE WHEN bought.customer_id <> member.customer_id THEN (
        SELECT mine.id FROM decide_loyalty_member AS mine
        WHERE mine.programme_id = chosen.programme_id AND mine.customer_id = bought.customer_id
    ) END AS moved_to,
    coalesce(bought.customer_id <> member.customer_id, false) AS is_lost
FROM chosen
JOIN capped ON capped.id = chosen.version_id
CROSS JOIN LATERAL (SELECT customer_id FROM decide_loyalty_member WHERE id = chosen.member_id OFFSET 0) AS member
LEFT JOIN LATERAL (SELECT customer_id FROM know_orders_order WHERE id = chosen.order_id OFFSET 0) AS bought ON true
ORDER BY chosen.at, chosen.id
