-- Whoever bought becomes a member of programmes that take everybody, from the order on; whoever is kept aside as its control group does
-- not.
INSERT INTO decide_loyalty_member (uuid, programme_id, customer_id, tiers, joined_at)
SELECT
    encode(
        set_bit(set_bit(overlay(
            uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint) FROM 3) FROM 1 FOR 6
        ), 52, 1), 53, 1),
        'hex'
    )::uuid, -- version 7, as kit.ids makes them
    programme.id, bought.customer_id, '{}', min(bought.ordered_at)
FROM know_orders_order AS bought
JOIN decide_loyalty_programme AS programme
    ON programme.is_automatic AND programme.state IN ('live', 'paused') AND programme.started_at <= bought.ordered_at
WHERE bought.id = ANY (%(orders)s::bigint[]) AND bought.counted
    AND NOT EXISTS (
        SELECT FROM decide_loyalty_member AS member
        WHERE member.programme_id = programme.id AND member.customer_id = bought.customer_id)
    AND NOT decide_loyalty_is_aside(programme.id, bought.customer_id)
GROUP BY programme.id, bought.customer_id
ORDER BY programme.id, bought.customer_id
ON CONFLICT (programme_id, customer_id) DO NOTHING
RETURNING id
