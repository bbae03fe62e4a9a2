-- Occasions of these ids, each with what is left of its order: goods of one product are one, what refunds name goes off them (as do
-- lines below 0 of the order itself), and what a refund gives beyond them, or names no goods for, is taken from all by share, as one
-- exact fraction. Of a refund in another currency the pieces count; where it names none it takes all.
-- `refunds` are such as did not happen: [{"occasion", "amount", "lines": [{"product", "amount", "quantity"}]}], to look ahead.
chosen AS MATERIALIZED (
    SELECT
        occasion.id, occasion.programme_id, occasion.member_id, occasion.version_id, occasion.kind, occasion.name, occasion.order_id,
        occasion.at, occasion.segments, occasion.tiers, occasion.is_first, occasion.categories AS known, occasion.given,
        version.zone, version.week_start, version.includes_tax, version.tax_bp, version.minds_goods, version.minds_discounts,
        bought.gross_minor, bought.shipping_minor, bought.tax_minor, bought.channel, bought.currency, bought.store_id,
        bought.uuid AS order_uuid, member.customer_id,
        coalesce(bought.counted AND bought.customer_id = member.customer_id, false) AS counts,
        ('1e' || coalesce(%(decimals)s::jsonb ->> bought.currency, '2'))::numeric AS minor_per_unit
    FROM decide_loyalty_occasion AS occasion
    JOIN decide_loyalty_version AS version ON version.id = occasion.version_id
    CROSS JOIN LATERAL (SELECT customer_id FROM decide_loyalty_member WHERE id = occasion.member_id OFFSET 0) AS member
    LEFT JOIN LATERAL (SELECT * FROM know_orders_order WHERE id = occasion.order_id OFFSET 0) AS bought ON true
    WHERE occasion.id = ANY (%(occasions)s::bigint[])
),
-- where nothing came back and no rule asks which goods they were, their sums are enough: mostly so
sums AS MATERIALIZED (
    SELECT
        chosen.id, line.amount, CASE WHEN chosen.minds_discounts THEN line.before ELSE line.amount END AS before, line.pieces
    FROM chosen
    CROSS JOIN LATERAL (
        SELECT
            sum(amount_minor) FILTER (WHERE counted) AS amount, sum(quantity) FILTER (WHERE counted) AS pieces,
            CASE WHEN chosen.minds_discounts
                THEN sum(round(quantity * unit_price * chosen.minor_per_unit)) FILTER (WHERE counted) END AS before,
            bool_or(NOT counted AND amount_minor < 0) AS has_negative
        FROM know_orders_orderline WHERE order_id = chosen.order_id
    ) AS line
    WHERE chosen.counts AND NOT chosen.minds_goods AND line.amount IS NOT NULL AND NOT line.has_negative
        AND %(refunds)s::jsonb = '[]'
        AND NOT EXISTS (SELECT FROM know_orders_refund WHERE order_id = chosen.order_id OFFSET 0)
),
lines AS MATERIALIZED (
    SELECT
        chosen.id, coalesce(line.product_id, 0) AS product_id, sum(line.amount_minor) FILTER (WHERE line.counted) AS amount,
        sum(line.quantity) FILTER (WHERE line.counted) AS pieces,
        CASE
            WHEN bool_or(chosen.minds_discounts)
            THEN sum(round(line.quantity * line.unit_price * chosen.minor_per_unit)) FILTER (WHERE line.counted)
            ELSE sum(line.amount_minor) FILTER (WHERE line.counted)
        END AS before,
        sum(-line.amount_minor) FILTER (WHERE NOT line.counted) AS back, sum(greatest(0, -line.quantity)) AS back_pieces
    FROM chosen
    JOIN know_orders_orderline AS line ON line.order_id = chosen.order_id AND (line.counted OR line.amount_minor < 0)
    WHERE chosen.counts AND chosen.id NOT IN (SELECT id FROM sums)
    GROUP BY chosen.id, coalesce(line.product_id, 0)
),
goods AS (
    SELECT * FROM lines WHERE amount IS NOT NULL
),
refunded AS MATERIALIZED (
    SELECT
        chosen.id, refund.id AS refund_id, foreign_money.is_so AS is_foreign,
        CASE WHEN foreign_money.is_so THEN chosen.gross_minor ELSE refund.amount_minor END AS amount
    FROM chosen
    CROSS JOIN LATERAL (SELECT * FROM know_orders_refund WHERE order_id = chosen.order_id OFFSET 0) AS refund
    CROSS JOIN LATERAL (SELECT refund.currency NOT IN ('', chosen.currency) AS is_so) AS foreign_money
    WHERE chosen.counts AND chosen.id NOT IN (SELECT id FROM sums)
    UNION ALL
    SELECT told.occasion, -told.place, false, told.amount
    FROM ROWS FROM (jsonb_to_recordset(%(refunds)s::jsonb) AS (occasion bigint, amount bigint)) WITH ORDINALITY
        AS told (occasion, amount, place)
),
named AS (
    SELECT
        refunded.id, refunded.refund_id, coalesce(line.product_id, 0) AS product_id, line.quantity,
        CASE WHEN refunded.is_foreign THEN coalesce(goods.amount * least(1, line.quantity / goods.pieces), 0)
            ELSE line.amount_minor END AS amount
    FROM refunded
    CROSS JOIN LATERAL (SELECT * FROM know_orders_refundline WHERE refund_id = refunded.refund_id OFFSET 0) AS line
    LEFT JOIN goods ON goods.id = refunded.id AND goods.product_id = coalesce(line.product_id, 0)
    UNION ALL
    SELECT told.occasion, -told.place, coalesce(line.product, 0), line.quantity, line.amount
    FROM ROWS FROM (jsonb_to_recordset(%(refunds)s::jsonb) AS (occasion bigint, lines jsonb)) WITH ORDINALITY
        AS told (occasion, lines, place)
    CROSS JOIN LATERAL jsonb_to_recordset(told.lines) AS line (product bigint, amount bigint, quantity numeric)
),
priced AS (
    SELECT refund_id, sum(amount) AS amount FROM named GROUP BY refund_id HAVING sum(amount) > 0
),
returned AS (
    SELECT id, product_id, sum(amount) AS amount, sum(pieces) AS pieces FROM (
        SELECT named.id, named.product_id, named.amount, named.quantity AS pieces FROM named JOIN priced USING (refund_id)
        UNION ALL
        SELECT id, product_id, back, back_pieces FROM lines WHERE back IS NOT NULL
    ) AS told GROUP BY id, product_id
),
-- more money than the goods that refunds name; shipping and tax may explain as much of it as there was of them
beyond AS (
    SELECT refunded.id, sum(greatest(0, refunded.amount - priced.amount)) AS amount
    FROM refunded JOIN priced USING (refund_id) WHERE NOT is_foreign GROUP BY refunded.id
),
shared AS (
    SELECT id, sum(amount) AS amount FROM (
        SELECT id, amount FROM refunded WHERE refund_id NOT IN (SELECT refund_id FROM priced)
        UNION ALL
        SELECT beyond.id, greatest(0, beyond.amount - chosen.shipping_minor - chosen.tax_minor) FROM beyond JOIN chosen USING (id)
        UNION ALL
        SELECT returned.id, greatest(0, returned.amount - coalesce(goods.amount, 0))
        FROM returned LEFT JOIN goods USING (id, product_id)
    ) AS told WHERE amount > 0 GROUP BY id
),
packed AS (
    SELECT
        goods.id, sum(rest.amount) AS amount, sum(rest.before) AS before, sum(rest.pieces) AS all_pieces,
        array_agg(coalesce(product.sku, '')) AS skus,
        array_agg(coalesce(chosen.known ->> goods.product_id::text, product.category, '')) AS categories,
        array_agg(rest.amount) AS amounts, array_agg(rest.before) AS befores, array_agg(rest.pieces) AS pieces
    FROM goods
    JOIN chosen ON chosen.id = goods.id
    LEFT JOIN returned ON returned.id = goods.id AND returned.product_id = goods.product_id
    LEFT JOIN LATERAL (
        SELECT sku, category FROM know_orders_product WHERE id = goods.product_id AND chosen.minds_goods OFFSET 0
    ) AS product ON true
    CROSS JOIN LATERAL (
        SELECT
            CASE WHEN returned.amount IS NULL THEN goods.amount ELSE greatest(0, goods.amount - returned.amount) END AS amount,
            CASE
                WHEN returned.amount IS NULL OR goods.amount = 0 THEN goods.before
                ELSE div(goods.before * greatest(0, goods.amount - returned.amount), goods.amount)
            END AS before,
            CASE WHEN returned.pieces IS NULL THEN goods.pieces ELSE greatest(0, goods.pieces - returned.pieces) END AS pieces
    ) AS rest
    GROUP BY goods.id
    UNION ALL
    SELECT id, amount, before, pieces, '{""}', '{""}', ARRAY[amount], ARRAY[before], ARRAY[pieces] FROM sums
),
occasion AS MATERIALIZED (
    SELECT
        chosen.id, chosen.programme_id, chosen.member_id, chosen.version_id, chosen.kind, chosen.name, chosen.at, chosen.zone,
        chosen.week_start, chosen.includes_tax, coalesce(store.code, '') AS store, coalesce(chosen.channel, '') AS channel,
        coalesce(chosen.currency, '') AS currency, chosen.segments, chosen.tiers, chosen.is_first, chosen.given,
        at AT TIME ZONE zone AS here, extract(hour FROM at AT TIME ZONE zone)::integer * 60
            + extract(minute FROM at AT TIME ZONE zone)::integer AS minute,
        packed.skus, packed.categories, packed.amounts, packed.befores, packed.pieces, packed.amount, packed.before, packed.all_pieces,
        coalesce(shipping_minor, 0)::numeric AS shipping,
        CASE
            WHEN kind <> 'order' THEN 1
            WHEN packed.amount IS NULL THEN 0
            WHEN shared.amount IS NULL AND part.amount_minor IS NULL THEN packed.amount
            ELSE greatest(0, packed.amount - coalesce(shared.amount, 0))
                * greatest(0, whole.payable - coalesce(part.amount_minor, 0))
        END AS keep_num,
        CASE
            WHEN kind <> 'order' OR packed.amount IS NULL THEN 1
            WHEN shared.amount IS NULL AND part.amount_minor IS NULL THEN packed.amount
            ELSE packed.amount * whole.payable
        END AS keep_den,
        whole.tax_num, whole.tax_den, chosen.customer_id, chosen.order_uuid
    FROM chosen
    LEFT JOIN packed ON packed.id = chosen.id
    LEFT JOIN shared ON shared.id = chosen.id
    LEFT JOIN LATERAL (SELECT amount_minor FROM decide_loyalty_paidpart WHERE order_id = chosen.order_id OFFSET 0) AS part ON true
    LEFT JOIN know_orders_store AS store ON store.id = chosen.store_id
    CROSS JOIN LATERAL (
        SELECT
            gross_minor + shipping_minor + CASE WHEN includes_tax THEN 0 ELSE tax_minor END AS payable,
            -- from what prices hold to the other way of counting
            CASE
                WHEN coalesce(tax_minor, 0) <= 0 THEN CASE WHEN includes_tax THEN 10000 ELSE 10000 + tax_bp END
                ELSE greatest(0, gross_minor + shipping_minor + CASE WHEN includes_tax THEN -tax_minor ELSE tax_minor END)
            END::numeric AS tax_num,
            CASE
                WHEN coalesce(tax_minor, 0) <= 0 THEN CASE WHEN includes_tax THEN 10000 + tax_bp ELSE 10000 END
                ELSE gross_minor + shipping_minor
            END::numeric AS tax_den
    ) AS whole
)
