-- Occasions of these ids, each with what is left of its order: goods of one product are one, what refunds name goes off them, and a
-- refund that names no goods with money (or others than were bought) takes its amount from all by share, as one exact fraction.
-- `refunds` are such as did not happen: [{"occasion", "amount", "lines": [{"product", "amount", "quantity"}]}], to look ahead.
chosen AS MATERIALIZED (
    SELECT
        occasion.id, occasion.programme_id, occasion.member_id, occasion.version_id, occasion.kind, occasion.name, occasion.order_id,
        occasion.at, occasion.segments, occasion.tiers, occasion.is_first, occasion.categories AS known, occasion.given,
        version.zone, version.week_start, version.includes_tax, version.tax_bp, version.minds_goods, version.minds_discounts,
        bought.gross_minor, bought.shipping_minor, bought.tax_minor, bought.channel, bought.currency, bought.store_id,
        coalesce(bought.counted AND bought.customer_id = member.customer_id, false) AS counts,
        ('1e' || coalesce(%(decimals)s::jsonb ->> bought.currency, '2'))::numeric AS minor_per_unit
    FROM decide_loyalty_occasion AS occasion
    JOIN decide_loyalty_version AS version ON version.id = occasion.version_id
    JOIN decide_loyalty_member AS member ON member.id = occasion.member_id
    LEFT JOIN know_orders_order AS bought ON bought.id = occasion.order_id
    WHERE occasion.id = ANY (%(occasions)s::bigint[])
),
goods AS (
    SELECT
        chosen.id, coalesce(line.product_id, 0) AS product_id, sum(line.amount_minor) AS amount, sum(line.quantity) AS pieces,
        CASE
            WHEN bool_or(chosen.minds_discounts) THEN sum(round(line.quantity * line.unit_price * chosen.minor_per_unit))
            ELSE sum(line.amount_minor)
        END AS before
    FROM chosen
    JOIN know_orders_orderline AS line ON line.order_id = chosen.order_id AND line.counted
    WHERE chosen.counts
    GROUP BY chosen.id, coalesce(line.product_id, 0)
),
refunded AS MATERIALIZED (
    SELECT chosen.id, refund.id AS refund_id, refund.amount_minor AS amount
    FROM chosen JOIN know_orders_refund AS refund ON refund.order_id = chosen.order_id
    WHERE chosen.counts
    UNION ALL
    SELECT told.occasion, -told.place, told.amount
    FROM ROWS FROM (jsonb_to_recordset(%(refunds)s::jsonb) AS (occasion bigint, amount bigint)) WITH ORDINALITY
        AS told (occasion, amount, place)
),
named AS (
    SELECT refunded.id, refunded.refund_id, coalesce(line.product_id, 0) AS product_id, line.amount_minor AS amount, line.quantity
    FROM refunded JOIN know_orders_refundline AS line ON line.refund_id = refunded.refund_id
    UNION ALL
    SELECT told.occasion, -told.place, coalesce(line.product, 0), line.amount, line.quantity
    FROM ROWS FROM (jsonb_to_recordset(%(refunds)s::jsonb) AS (occasion bigint, lines jsonb)) WITH ORDINALITY
        AS told (occasion, lines, place)
    CROSS JOIN LATERAL jsonb_to_recordset(told.lines) AS line (product bigint, amount bigint, quantity numeric)
),
priced AS (
    SELECT refund_id FROM named GROUP BY refund_id HAVING sum(amount) > 0
),
returned AS (
    SELECT id, product_id, sum(amount) AS amount, sum(quantity) AS pieces
    FROM named JOIN priced USING (refund_id) GROUP BY id, product_id
),
shared AS (
    SELECT id, sum(amount) AS amount FROM (
        SELECT id, amount FROM refunded WHERE refund_id NOT IN (SELECT refund_id FROM priced)
        UNION ALL
        SELECT id, returned.amount FROM returned WHERE NOT EXISTS (
            SELECT FROM goods WHERE goods.id = returned.id AND goods.product_id = returned.product_id)
    ) AS told GROUP BY id
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
    LEFT JOIN know_orders_product AS product ON product.id = goods.product_id AND chosen.minds_goods
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
        whole.tax_num, whole.tax_den
    FROM chosen
    LEFT JOIN packed ON packed.id = chosen.id
    LEFT JOIN shared ON shared.id = chosen.id
    LEFT JOIN decide_loyalty_paidpart AS part ON part.order_id = chosen.order_id
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
