-- What ends in these wallets on the day, by the customer's own distinct id before a browser's; with what it is worth, if that is said.
SELECT
    'points-ending:' || wallet.uuid || ':' || %(step)s || ':' || %(day)s, 'track', %(name)s::varchar, known.distinct_id,
    %(now)s::timestamptz,
    json_strip_nulls(json_build_object(
        'programme', %(programme)s::text, 'unit', %(unit)s::text, 'points', ending.points, 'expires_on', %(day)s::date,
        'days_left', %(days_left)s::integer, 'balance', wallet.active,
        'worth', round(ending.points * %(minor)s::numeric / %(per)s::numeric / power(10::numeric, %(decimals)s), %(decimals)s::integer)::text,
        'currency', %(currency)s::text
    )),
    '{}', %(source)s::varchar
FROM unnest(%(wallets)s::bigint[]) AS one (id)
JOIN act_points_wallet AS wallet ON wallet.id = one.id
CROSS JOIN LATERAL (
    SELECT sum(lot.remaining) AS points
    FROM act_points_lot AS lot
    JOIN act_points_transfer AS award ON award.id = lot.award_id
        AND lot.expires_at - award.occurred_at >= make_interval(days => 2 * %(step)s)
    WHERE lot.wallet_id = wallet.id AND lot.is_open AND NOT lot.is_pending
        AND lot.expires_at > %(since)s AND lot.expires_at <= %(until)s
) AS ending
CROSS JOIN LATERAL (
    SELECT known.distinct_id
    FROM know_customers_distinctid AS known
    WHERE known.customer_id = wallet.customer_id
    ORDER BY known.distinct_id LIKE 'anonymous:%%', known.distinct_id COLLATE "C"
    LIMIT 1
) AS known
WHERE ending.points > 0
ORDER BY wallet.id
