-- Wallets of whoever did something by these occasions, where what has no end of its own ends by idleness: (programme, wallet, new end).
SELECT
    programme.uuid::text, wallet.id,
    max(decide_loyalty_expiry(occasion.at, version.zone, 'P' || version.idle_months || 'M', '', NULL))
FROM decide_loyalty_version AS version
JOIN decide_loyalty_programme AS programme ON programme.id = version.programme_id
JOIN decide_loyalty_occasion AS occasion ON occasion.version_id = version.id
JOIN decide_loyalty_member AS member ON member.id = occasion.member_id
JOIN act_points_wallet AS wallet ON wallet.customer_id = member.customer_id
WHERE EXISTS (SELECT FROM decide_loyalty_version WHERE idle_months > 0) AND version.idle_months > 0
    AND occasion.id = ANY (%(occasions)s::bigint[]) AND occasion.kind IN ('order', 'event')
GROUP BY programme.uuid, wallet.id
ORDER BY programme.uuid, wallet.id
