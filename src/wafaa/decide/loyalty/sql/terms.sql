-- A part of what awards: under which key an earning goes to the ledger, from when it can be used, when it ends, and why.
CROSS JOIN LATERAL (
    SELECT
        'loyalty:' || earning.occasion_id || ':' || earning.rule || ':' || earning.moves AS key,
        CASE WHEN rule.pending <> ''
            THEN ((earning.at AT TIME ZONE version.zone) + rule.pending::interval) AT TIME ZONE version.zone END AS usable,
        CASE WHEN idle.is_so THEN
            -- ends by idleness: so long after the last thing that they did
            decide_loyalty_expiry(
                (SELECT max(did.at) FROM decide_loyalty_occasion AS did
                WHERE did.member_id = earning.member_id AND (did.kind IN ('order', 'event') OR did.id = earning.occasion_id)),
                version.zone, 'P' || version.idle_months || 'M', '', NULL)
        ELSE decide_loyalty_expiry(earning.at, version.zone, rule.lives, rule.lives_to, rule.ends_on) END AS ends,
        jsonb_build_object(
            'programme', programme.uuid, 'version', version.number, 'rule', earning.rule, 'occasion', earning.occasion_id,
            'reason', occasion.kind
        ) || CASE WHEN occasion.order_uuid IS NULL THEN '{}' ELSE jsonb_build_object('order', occasion.order_uuid) END
        || CASE WHEN idle.is_so THEN '{"idle": true}'::jsonb ELSE '{}' END AS cause
    FROM (SELECT version.idle_months > 0 AND rule.lives = '' AND rule.ends_on IS NULL AS is_so) AS idle
) AS terms
