-- Whether a reward that is offered now is sold out, nobody's time for it is over, and this key of a member has not had it. All of that
-- as of one moment, so that whoever sends a key again is never refused by their own redemption. Only a shortcut of rules.judging: what
-- is refused for another reason first is left to it.
SELECT EXISTS (
    SELECT FROM decide_rewards_stock AS stock
    JOIN decide_rewards_reward AS reward ON reward.id = stock.reward_id
    JOIN decide_loyalty_programme AS programme ON programme.id = reward.programme_id AND programme.state <> 'draft'
    WHERE
        stock.reward_id = %(reward)s::bigint AND stock.remaining = 0 AND reward.state = 'live' AND reward.kind <> 'payment'
        AND (cardinality(reward.stores) = 0 OR %(store)s::text = '' OR %(store)s::text = ANY(reward.stores))
        AND (reward.starts_at <= %(moment)s::timestamptz) IS NOT FALSE AND (reward.ends_at > %(moment)s::timestamptz) IS NOT FALSE
        AND EXISTS (
            SELECT FROM decide_loyalty_member AS member
            WHERE member.programme_id = reward.programme_id AND member.customer_id = %(customer)s::bigint
                AND (cardinality(reward.tiers) = 0 OR member.tiers::text[] && reward.tiers::text[]))
        AND NOT EXISTS (
            SELECT FROM decide_rewards_redemption AS late
            WHERE late.reward_id = reward.id AND late.state = 1 AND late.ends_at <= %(moment)s::timestamptz)
        AND NOT EXISTS (SELECT FROM decide_rewards_deed AS deed WHERE deed.key = %(key)s::uuid)
)
