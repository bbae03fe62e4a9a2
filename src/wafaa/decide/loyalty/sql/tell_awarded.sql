-- Events of what these transfers brought: one for each occasion and unit, by the customer's own distinct id before a browser's.
SELECT
    'points:' || max(transfer.id), 'track', %(name)s::varchar, known.distinct_id, %(now)s::timestamptz,
    json_strip_nulls(json_build_object(
        'programme', programme.uuid, 'member', member.uuid, 'unit', unit.code, 'points', sum(transfer.amount),
        'balance', wallet.active, 'pending', wallet.pending, 'owed', wallet.owed,
        'rules', json_agg(transfer.cause -> 'rule' ORDER BY transfer.id), 'version', max(transfer.cause ->> 'version')::integer,
        'reason', occasion.kind, 'order_id', max(bought.external_id), 'earned_at', occasion.at,
        'usable_from', max(lot.usable_from), 'expires_at', min(lot.expires_at),
        -- as days, for messages: from when on, and the last one
        'usable_on', (max(lot.usable_from) AT TIME ZONE version.zone)::date,
        'expires_on', ((min(lot.expires_at) - interval '1 microsecond') AT TIME ZONE version.zone)::date,
        -- what all that can be used and is pending is worth, if the programme says so
        'worth', CASE WHEN unit.id = programme.unit_id THEN round(
            (wallet.active + wallet.pending) * (version.content -> 'worth' ->> 'minor')::numeric / (version.content -> 'worth' ->> 'points')::numeric
            / power(10::numeric, money.decimals), money.decimals)::text END,
        'currency', CASE WHEN unit.id = programme.unit_id THEN version.content -> 'worth' ->> 'currency' END
    )),
    '{}', %(source)s::varchar
FROM act_points_transfer AS transfer
JOIN decide_loyalty_occasion AS occasion ON occasion.id = (transfer.cause ->> 'occasion')::bigint
JOIN decide_loyalty_programme AS programme ON programme.id = occasion.programme_id
JOIN decide_loyalty_version AS version ON version.id = occasion.version_id
JOIN decide_loyalty_member AS member ON member.id = occasion.member_id
JOIN act_points_wallet AS wallet ON wallet.id = transfer.target_id
JOIN act_points_unit AS unit ON unit.id = transfer.unit_id
JOIN act_points_lot AS lot ON lot.award_id = transfer.id
LEFT JOIN know_orders_order AS bought ON bought.id = occasion.order_id
CROSS JOIN LATERAL (
    SELECT coalesce((%(decimals)s::jsonb ->> (version.content -> 'worth' ->> 'currency'))::integer, 2) AS decimals
) AS money
CROSS JOIN LATERAL (
    SELECT one.distinct_id
    FROM know_customers_distinctid AS one
    WHERE one.customer_id = member.customer_id
    ORDER BY one.distinct_id LIKE 'anonymous:%%', one.distinct_id COLLATE "C"
    LIMIT 1
) AS known
WHERE transfer.id = ANY (%(transfers)s::bigint[])
GROUP BY occasion.id, programme.id, version.id, money.decimals, member.id, wallet.id, unit.id, known.distinct_id
ORDER BY max(transfer.id)
