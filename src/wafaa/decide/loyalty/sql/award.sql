-- What earnings lack goes to the ledger. Returns what moved: the transfers.
WITH due AS MATERIALIZED (
    SELECT
        row_number() OVER (ORDER BY earning.at, earning.occasion_id, earning.rule) AS place,
        earning.occasion_id, earning.rule, earning.at, wallet.id AS wallet_id, earning.target - earning.awarded AS amount,
        terms.key, terms.usable, terms.ends, terms.cause
    FROM decide_loyalty_earning AS earning
    CROSS JOIN LATERAL (
        SELECT stands.*, bought.uuid AS order_uuid
        FROM decide_loyalty_occasion AS stands LEFT JOIN know_orders_order AS bought ON bought.id = stands.order_id
        WHERE stands.id = earning.occasion_id
        OFFSET 0
    ) AS occasion
    JOIN (
        /*ruling*/
    ) AS rule ON rule.version_id = occasion.version_id AND rule.number = earning.rule
    CROSS JOIN LATERAL (SELECT customer_id FROM decide_loyalty_member WHERE id = earning.member_id OFFSET 0) AS member
    CROSS JOIN LATERAL (
        SELECT id FROM act_points_wallet WHERE customer_id = member.customer_id AND unit_id = earning.unit_id OFFSET 0
    ) AS wallet
    /*terms*/
    WHERE earning.occasion_id = ANY (%(occasions)s::bigint[]) AND earning.target > earning.awarded
),
/*packed*/
UPDATE decide_loyalty_earning AS earning
SET
    awarded = earning.awarded + due.amount, moves = earning.moves + 1, transfers = earning.transfers || made.transfer_id,
    lefts = earning.lefts || due.amount
FROM due JOIN made USING (place)
WHERE earning.occasion_id = due.occasion_id AND earning.rule = due.rule
RETURNING made.transfer_id
