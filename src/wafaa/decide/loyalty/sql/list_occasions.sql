-- Occasions to be reckoned, the oldest first: whose, whether a cap counts over several, and whether their order is somebody else's now.
SELECT
    occasion.id, occasion.member_id, occasion.programme_id,
    version.cap_points IS NOT NULL OR EXISTS (
        SELECT FROM decide_loyalty_rule AS rule
        WHERE rule.version_id = version.id AND (rule.cap_points IS NOT NULL OR rule.cap_uses IS NOT NULL)
    ) AS is_capped,
    mine.id AS moved_to, coalesce(bought.customer_id <> member.customer_id, false) AS is_lost
FROM decide_loyalty_occasion AS occasion
JOIN decide_loyalty_version AS version ON version.id = occasion.version_id
JOIN decide_loyalty_member AS member ON member.id = occasion.member_id
LEFT JOIN know_orders_order AS bought ON bought.id = occasion.order_id
LEFT JOIN decide_loyalty_member AS mine ON mine.programme_id = occasion.programme_id AND mine.customer_id = bought.customer_id
WHERE occasion.id = ANY (%(occasions)s::bigint[])
ORDER BY occasion.at, occasion.id
