-- What earnings lack goes to the ledger, each under its own key for good; see the ledger's function act_points_award_many.
-- Returns what moved: the transfers.
WITH due AS MATERIALIZED (
    SELECT
        row_number() OVER (ORDER BY earning.at, earning.occasion_id, earning.rule) AS place,
        earning.occasion_id, earning.rule, earning.at, wallet.id AS wallet_id, earning.target - earning.awarded AS amount,
        'loyalty:' || earning.occasion_id || ':' || earning.rule || ':' || earning.moves AS key,
        ((earning.at AT TIME ZONE version.zone) + nullif(rule.pending, '')::interval) AT TIME ZONE version.zone AS usable,
        CASE WHEN version.idle_months > 0 AND rule.lives = '' AND rule.ends_on IS NULL THEN
            -- ends by idleness: so long after the last thing that they did
            decide_loyalty_expiry(
                (SELECT max(did.at) FROM decide_loyalty_occasion AS did
                WHERE did.member_id = earning.member_id AND (did.kind IN ('order', 'event') OR did.id = earning.occasion_id)),
                version.zone, 'P' || version.idle_months || 'M', '', NULL)
        ELSE decide_loyalty_expiry(earning.at, version.zone, rule.lives, rule.lives_to, rule.ends_on) END AS ends,
        jsonb_build_object(
            'programme', programme.uuid, 'version', version.number, 'rule', earning.rule, 'occasion', earning.occasion_id,
            'reason', occasion.kind
        ) || CASE WHEN bought.id IS NULL THEN '{}' ELSE jsonb_build_object('order', bought.uuid) END
        || CASE WHEN version.idle_months > 0 AND rule.lives = '' AND rule.ends_on IS NULL THEN '{"idle": true}'::jsonb ELSE '{}' END AS cause
    FROM decide_loyalty_earning AS earning
    JOIN decide_loyalty_occasion AS occasion ON occasion.id = earning.occasion_id
    JOIN decide_loyalty_version AS version ON version.id = occasion.version_id
    JOIN decide_loyalty_rule AS rule ON rule.version_id = version.id AND rule.number = earning.rule
    JOIN decide_loyalty_programme AS programme ON programme.id = occasion.programme_id
    JOIN decide_loyalty_member AS member ON member.id = earning.member_id
    JOIN act_points_wallet AS wallet ON wallet.customer_id = member.customer_id AND wallet.unit_id = earning.unit_id
    LEFT JOIN know_orders_order AS bought ON bought.id = occasion.order_id
    WHERE earning.occasion_id = ANY (%(occasions)s::bigint[]) AND earning.target > earning.awarded
),
made AS MATERIALIZED (
    SELECT given.place, abs(given.transfer_id) AS transfer_id
    FROM (
        SELECT
            array_agg(key ORDER BY place) AS keys, array_agg(wallet_id ORDER BY place) AS wallets,
            array_agg(amount ORDER BY place) AS amounts, array_agg(at ORDER BY place) AS moments,
            array_agg(usable ORDER BY place) AS usables, array_agg(ends ORDER BY place) AS ends,
            array_agg(cause ORDER BY place) AS causes
        FROM due
    ) AS packed
    CROSS JOIN LATERAL act_points_award_many(
        packed.keys, packed.wallets, packed.amounts, packed.moments, packed.usables, packed.ends, packed.causes) AS given
    WHERE packed.keys IS NOT NULL
)
UPDATE decide_loyalty_earning AS earning
SET
    awarded = earning.awarded + due.amount, moves = earning.moves + 1, transfers = earning.transfers || made.transfer_id,
    lefts = earning.lefts || due.amount
FROM due JOIN made USING (place)
WHERE earning.occasion_id = due.occasion_id AND earning.rule = due.rule
RETURNING made.transfer_id
