-- Earnings of which more was awarded than they should have, with what the ledger has to know, in the order of the wallets.
-- `free` is what refunds of the member's own order give anew, with %(refunding)s of one that nobody told yet: charges are kept back of it.
SELECT
    earning.occasion_id, earning.rule, earning.awarded - earning.target, earning.moves, earning.transfers, earning.lefts,
    programme.policy, programme.uuid, version.number, occasion.kind, occasion.order_id, bought.uuid, bought.currency,
    CASE WHEN bought.customer_id = member.customer_id
        THEN greatest(0, %(refunding)s + decide_loyalty_refunded(bought.id) - occasion.refunded_minor) ELSE 0 END AS free,
    earning.member_id, unit.code,
    CASE WHEN unit.id = programme.unit_id THEN (version.content -> 'worth' ->> 'points')::bigint END,
    (version.content -> 'worth' ->> 'minor')::bigint, version.content -> 'worth' ->> 'currency'
FROM decide_loyalty_earning AS earning
JOIN decide_loyalty_occasion AS occasion ON occasion.id = earning.occasion_id
JOIN decide_loyalty_version AS version ON version.id = occasion.version_id
JOIN decide_loyalty_programme AS programme ON programme.id = occasion.programme_id
JOIN decide_loyalty_member AS member ON member.id = earning.member_id
JOIN act_points_unit AS unit ON unit.id = earning.unit_id
LEFT JOIN know_orders_order AS bought ON bought.id = occasion.order_id
LEFT JOIN act_points_wallet AS wallet ON wallet.customer_id = member.customer_id AND wallet.unit_id = earning.unit_id
WHERE earning.occasion_id = ANY (%(occasions)s::bigint[]) AND earning.target < earning.awarded
ORDER BY wallet.id, earning.occasion_id, earning.rule
