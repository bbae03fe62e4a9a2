-- Whoever bought becomes a member of programmes that take everybody, from the order on; whoever is kept aside as its control group does
-- not.
WITH bought AS MATERIALIZED (
    SELECT customer_id, ordered_at FROM know_orders_order WHERE id = ANY (%(orders)s::bigint[]) AND counted
),
coming AS MATERIALIZED (
    SELECT programme.id AS programme_id, bought.customer_id, bought.ordered_at
    FROM bought
    JOIN decide_loyalty_programme AS programme
        ON programme.is_automatic AND programme.state IN ('live', 'paused') AND programme.started_at <= bought.ordered_at
    WHERE NOT EXISTS (
        SELECT FROM decide_loyalty_member AS member
        WHERE member.programme_id = programme.id AND member.customer_id = bought.customer_id
        OFFSET 0)
)
INSERT INTO decide_loyalty_member (uuid, programme_id, customer_id, tiers, joined_at)
SELECT
    encode(
        set_bit(set_bit(overlay(
            uuid_send(gen_random_uuid())
            PLACING substring(int8send((extract(epoch FROM %(now)s::timestamptz) * 1000)::bigint) FROM 3) FROM 1 FOR 6
        ), 52, 1), 53, 1),
        'hex'
    )::uuid, -- version 7, as kit.ids makes them
    programme_id, customer_id, '{}', min(ordered_at)
FROM coming
WHERE NOT decide_loyalty_is_aside(programme_id, customer_id)
GROUP BY programme_id, customer_id
ORDER BY programme_id, customer_id
ON CONFLICT (programme_id, customer_id) DO NOTHING
RETURNING id
