-- Wallets of whoever did something by these occasions, where what has no end of its own ends by idleness: (programme, wallet, new end).
SELECT
    programme.uuid::text, wallet.id,
    max(decide_loyalty_expiry(occasion.at, version.zone, 'P' || version.idle_months || 'M', '', NULL))
FROM decide_loyalty_occasion AS occasion
JOIN decide_loyalty_version AS version ON version.id = occasion.version_id AND version.idle_months > 0
JOIN decide_loyalty_programme AS programme ON programme.id = occasion.programme_id
JOIN decide_loyalty_member AS member ON member.id = occasion.member_id
JOIN act_points_wallet AS wallet ON wallet.customer_id = member.customer_id
WHERE occasion.id = ANY (%(occasions)s::bigint[]) AND occasion.kind IN ('order', 'event')
GROUP BY programme.uuid, wallet.id
ORDER BY programme.uuid, wallet.id
