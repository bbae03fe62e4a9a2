-- Groups all customers with counted orders by recency, frequency, money and gross. A score changes only once its value lies beyond
-- the border by a tenth: lowest and highest are the scores of the value less and more a tenth, and the former score moves no
-- further than into between them. The same for the class of gross.
WITH measured AS (
    SELECT
        customer_id, orders::bigint AS orders, gross_minor, (%(day)s::date - (last_at AT TIME ZONE %(zone)s)::date)::bigint AS days
    FROM know_orders_customertotals WHERE orders > 0
), scored AS (
    SELECT
        customer_id, former.rfm_group AS former_group, former.pareto_class AS former_class,
        least(greatest(
            coalesce(former.recency, recency.score), recency.lowest), recency.highest) AS recency,
        least(greatest(
            coalesce(former.frequency, frequency.score), frequency.lowest), frequency.highest) AS frequency,
        least(greatest(
            coalesce(former.monetary, monetary.score), monetary.lowest), monetary.highest) AS monetary,
        least(greatest(
            coalesce(ascii(former.pareto_class) - 96, pareto.score), pareto.lowest), pareto.highest) AS pareto
    FROM measured
    LEFT JOIN learn_segments_standing AS former USING (customer_id)
    CROSS JOIN LATERAL (
        SELECT
            5 - (days > %(d1)s)::int - (days > %(d2)s)::int - (days > %(d3)s)::int - (days > %(d4)s)::int AS score,
            5 - (days * 11 > %(d1)s * 10)::int - (days * 11 > %(d2)s * 10)::int - (days * 11 > %(d3)s * 10)::int
                - (days * 11 > %(d4)s * 10)::int AS lowest,
            5 - (days * 9 > %(d1)s * 10)::int - (days * 9 > %(d2)s * 10)::int - (days * 9 > %(d3)s * 10)::int
                - (days * 9 > %(d4)s * 10)::int AS highest
    ) AS recency
    CROSS JOIN LATERAL (
        SELECT
            1 + (orders > %(f1)s)::int + (orders > %(f2)s)::int + (orders > %(f3)s)::int + (orders > %(f4)s)::int AS score,
            1 + (orders * 9 > %(f1)s * 10)::int + (orders * 9 > %(f2)s * 10)::int + (orders * 9 > %(f3)s * 10)::int
                + (orders * 9 > %(f4)s * 10)::int AS lowest,
            1 + (orders * 11 > %(f1)s * 10)::int + (orders * 11 > %(f2)s * 10)::int + (orders * 11 > %(f3)s * 10)::int
                + (orders * 11 > %(f4)s * 10)::int AS highest
    ) AS frequency
    CROSS JOIN LATERAL (
        SELECT
            1 + (gross_minor > %(m1)s)::int + (gross_minor > %(m2)s)::int + (gross_minor > %(m3)s)::int
                + (gross_minor > %(m4)s)::int AS score,
            1 + (gross_minor * 9 > %(m1)s * 10)::int + (gross_minor * 9 > %(m2)s * 10)::int + (gross_minor * 9 > %(m3)s * 10)::int
                + (gross_minor * 9 > %(m4)s * 10)::int AS lowest,
            1 + (gross_minor * 11 > %(m1)s * 10)::int + (gross_minor * 11 > %(m2)s * 10)::int + (gross_minor * 11 > %(m3)s * 10)::int
                + (gross_minor * 11 > %(m4)s * 10)::int AS highest
    ) AS monetary
    CROSS JOIN LATERAL (
        SELECT
            3 - (gross_minor >= %(p2)s)::int - (gross_minor >= %(p1)s)::int AS score,
            3 - (gross_minor * 11 >= %(p2)s * 10)::int - (gross_minor * 11 >= %(p1)s * 10)::int AS lowest,
            3 - (gross_minor * 9 >= %(p2)s * 10)::int - (gross_minor * 9 >= %(p1)s * 10)::int AS highest
    ) AS pareto
), told AS (
    SELECT
        customer_id, recency, frequency, monetary, chr(96 + pareto) AS pareto_class,
        (%(groups)s::varchar[])[(recency - 1) * 5 + (frequency + monetary + 1) / 2] AS rfm_group, former_group, former_class
    FROM scored
), saved AS (
    INSERT INTO learn_segments_standing AS kept
        (customer_id, recency, frequency, monetary, rfm_group, pareto_class, since)
    SELECT customer_id, recency, frequency, monetary, rfm_group, pareto_class, %(now)s FROM told
    ON CONFLICT (customer_id) DO UPDATE SET
        recency = excluded.recency, frequency = excluded.frequency, monetary = excluded.monetary,
        rfm_group = excluded.rfm_group, pareto_class = excluded.pareto_class,
        since = CASE
            WHEN (kept.rfm_group, kept.pareto_class) = (excluded.rfm_group, excluded.pareto_class) THEN kept.since
            ELSE excluded.since
        END
    WHERE (kept.recency, kept.frequency, kept.monetary, kept.pareto_class)
        <> (excluded.recency, excluded.frequency, excluded.monetary, excluded.pareto_class)
), lost AS (
    DELETE FROM learn_segments_standing AS kept
    WHERE NOT EXISTS (SELECT FROM measured WHERE measured.customer_id = kept.customer_id)
    RETURNING customer_id
), moved AS (
    SELECT customer_id FROM told WHERE (rfm_group, pareto_class) IS DISTINCT FROM (former_group, former_class)
    UNION ALL
    SELECT customer_id FROM lost
), noted AS (
    INSERT INTO learn_segments_touched (customer_id)
    SELECT customer_id FROM moved
    WHERE EXISTS (SELECT FROM learn_segments_build WHERE state <> 'gone' AND sources ? 'standings')
)
SELECT count(*) FROM moved
