-- Counts anew what the counted orders and the refunds of some customers add up to in the reporting currency. The customers are
-- locked first, in the order of their ids: whoever counts the same customer at the same time counts after us, and sees ours.
SELECT FROM know_customers_customer WHERE id = ANY (%(customer_ids)s::bigint[]) ORDER BY id FOR NO KEY UPDATE;

INSERT INTO know_orders_customertotals AS totals
    (customer_id, currency, orders, gross_minor, refunded_minor, first_at, last_at)
SELECT
    concerned.customer_id, %(currency)s, bought.orders, bought.gross_minor, given_back.refunded_minor, bought.first_at,
    bought.last_at
FROM unnest(%(customer_ids)s::bigint[]) AS concerned (customer_id)
CROSS JOIN LATERAL (
    SELECT
        count(*) AS orders, coalesce(sum(gross_minor), 0)::bigint AS gross_minor,
        min(ordered_at) AS first_at, max(ordered_at) AS last_at
    FROM know_orders_order AS bought
    WHERE bought.customer_id = concerned.customer_id AND counted AND currency = %(currency)s
) AS bought
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_minor), 0)::bigint AS refunded_minor
    FROM know_orders_refund AS refund
    WHERE refund.customer_id = concerned.customer_id AND currency = %(currency)s
) AS given_back
ORDER BY concerned.customer_id
ON CONFLICT (customer_id) DO UPDATE SET
    currency = excluded.currency, orders = excluded.orders, gross_minor = excluded.gross_minor,
    refunded_minor = excluded.refunded_minor, first_at = excluded.first_at, last_at = excluded.last_at
