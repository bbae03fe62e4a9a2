-- A part of what awards: under which key an earning goes to the ledger, from when it can be used, when it ends, and why.
CROSS JOIN LATERAL (
    SELECT
        'loyalty:' || earning.occasion_id || ':' || earning.rule || ':' || earning.moves AS key,
        CASE WHEN rule.pending <> ''
            THEN ((earning.at AT TIME ZONE rule.zone) + rule.pending::interval) AT TIME ZONE rule.zone END AS usable,
        CASE WHEN rule.is_idle THEN
            -- ends by idleness: so long after the last thing that they did
            decide_loyalty_expiry(
                (SELECT max(did.at) FROM decide_loyalty_occasion AS did
                WHERE did.member_id = earning.member_id AND (did.kind IN ('order', 'event') OR did.id = earning.occasion_id)),
                rule.zone, 'P' || rule.idle_months || 'M', '', NULL)
        ELSE decide_loyalty_expiry(earning.at, rule.zone, rule.lives, rule.lives_to, rule.ends_on) END AS ends,
        rule.cause || CASE WHEN occasion.order_uuid IS NULL
            THEN jsonb_build_object('occasion', earning.occasion_id, 'reason', occasion.kind)
            ELSE jsonb_build_object('occasion', earning.occasion_id, 'reason', occasion.kind, 'order', occasion.order_uuid) END AS cause
) AS terms
