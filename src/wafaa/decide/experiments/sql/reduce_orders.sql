-- Per variant the sums of what people bought within their window (y) and in the days before they came in (x). The people come
-- from one of the people_*.sql. Orders count in any currency, money in the reporting one only; tax is what an order tells for its
-- goods and its shipping together, else what the rate of the business makes of it.
-- Where an experiment knows what points cost, those that it awarded go off the margin.
-- Persons and what they did are put below each other and grouped, never joined: such a plan stays good without statistics.
WITH people AS MATERIALIZED (
    {people}
), counted AS (
    SELECT customer_id, first_at FROM people WHERE is_complete AND NOT is_mixed AND customer_id IS NOT NULL
), bought AS (
    SELECT
        counted.customer_id, bought.ordered_at >= counted.first_at AS is_after,
        bought.currency = %(currency)s AS is_ours, bought.gross_minor,
        CASE
            WHEN NOT %(with_margin)s OR bought.currency <> %(currency)s THEN NULL
            WHEN bought.cost_minor IS NOT NULL THEN bought.cost_minor
            WHEN (SELECT EXISTS (SELECT FROM know_orders_productcost)) THEN know_orders_order_cost(
                bought.id, bought.currency, (bought.ordered_at AT TIME ZONE %(time_zone)s)::date
            )
        END AS cost_minor,
        CASE
            WHEN NOT %(prices_include_tax)s THEN 0
            WHEN bought.tax_minor > 0 AND bought.gross_minor + bought.shipping_minor > 0 THEN round(
                bought.tax_minor::numeric * bought.gross_minor / (bought.gross_minor + bought.shipping_minor)
            )
            ELSE round(bought.gross_minor * %(tax_percent)s / (100 + %(tax_percent)s))
        END AS tax_minor
    FROM counted
    JOIN know_orders_order AS bought ON bought.customer_id = counted.customer_id
    WHERE bought.counted AND bought.ordered_at >= counted.first_at - %(before)s
        AND bought.ordered_at < counted.first_at + %(window)s
), given_back AS (
    SELECT
        counted.customer_id, refund.refunded_at >= counted.first_at AS is_after,
        CASE
            WHEN %(metric)s = 'revenue' THEN refund.amount_minor
            WHEN %(prices_include_tax)s
            THEN refund.amount_minor - round(refund.amount_minor * %(tax_percent)s / (100 + %(tax_percent)s))
            ELSE refund.amount_minor
        END AS amount_minor
    FROM counted
    JOIN know_orders_refund AS refund ON refund.customer_id = counted.customer_id
    WHERE %(metric)s IN ('revenue', 'margin') AND refund.currency = %(currency)s
        AND refund.refunded_at >= counted.first_at - %(before)s AND refund.refunded_at < counted.first_at + %(window)s
), awarded AS (
    -- Points at what they are worth, less what was taken back; what was spent meanwhile and forgiven stays a cost. Those of the
    -- purchase by which somebody came in are the doing of what is tried, so they count as after it.
    SELECT counted.customer_id, moved.amount
    FROM counted
    JOIN act_points_wallet AS wallet ON wallet.customer_id = counted.customer_id AND wallet.unit_id = %(cost_unit)s
    JOIN act_points_transfer AS moved ON moved.target_id = wallet.id AND moved.kind = 1
    WHERE %(with_costs)s AND moved.cause @> %(cost_cause)s::jsonb AND moved.occurred_at < counted.first_at + %(window)s
    UNION ALL
    SELECT counted.customer_id, -moved.amount
    FROM counted
    JOIN act_points_wallet AS wallet ON wallet.customer_id = counted.customer_id AND wallet.unit_id = %(cost_unit)s
    JOIN act_points_transfer AS moved ON moved.source_id = wallet.id AND moved.kind = 9
    WHERE %(with_costs)s AND moved.cause @> %(cost_cause)s::jsonb AND moved.occurred_at < counted.first_at + %(window)s
), told AS (
    SELECT
        customer_id, distinct_id, CASE WHEN NOT is_mixed THEN variant_id END AS variant_id, is_complete, first_at,
        NULL::boolean AS is_after, 0::numeric AS value, NULL::boolean AS is_ours, false AS lacks_cost
    FROM people
    UNION ALL
    SELECT
        customer_id, NULL, NULL, NULL, NULL, is_after,
        CASE
            WHEN %(metric)s IN ('orders', 'buyers') THEN 1
            WHEN NOT is_ours THEN 0
            WHEN %(metric)s = 'revenue' THEN gross_minor
            ELSE coalesce(gross_minor - tax_minor - cost_minor, 0)
        END,
        is_ours, is_ours AND cost_minor IS NULL
    FROM bought
    UNION ALL
    SELECT customer_id, NULL, NULL, NULL, NULL, is_after, -amount_minor, NULL, false FROM given_back
    UNION ALL
    SELECT
        customer_id, NULL, NULL, NULL, NULL, true,
        -round(amount::numeric * %(cost_minor)s::bigint / %(cost_points)s::bigint), NULL, false
    FROM awarded
), persons AS (
    SELECT
        max(variant_id) AS variant_id, bool_or(is_complete) AS is_complete, max(first_at) AS first_at,
        coalesce(sum(value) FILTER (WHERE is_after), 0) AS later,
        coalesce(sum(value) FILTER (WHERE NOT is_after), 0) AS sooner,
        count(*) FILTER (WHERE is_after AND is_ours) AS ours,
        count(*) FILTER (WHERE is_after AND NOT is_ours) AS others,
        count(*) FILTER (WHERE is_after AND lacks_cost) AS without_cost
    FROM told
    GROUP BY customer_id, distinct_id
)
SELECT
    variant_id, count(*) AS people, count(*) FILTER (WHERE is_complete) AS n, count(*) FILTER (WHERE later <> 0) AS active,
    sum(later) AS y, sum(sooner) AS x, sum(later * later) AS yy, sum(sooner * sooner) AS xx, sum(later * sooner) AS xy,
    sum(ours) AS ours, sum(others) AS others, sum(without_cost) AS without_cost, min(first_at) AS first_at,
    max(first_at) AS last_at
FROM persons
GROUP BY variant_id
ORDER BY variant_id
