-- Carts and other occasions that are only asked about, as JSON (queries/quoting.py); their ids are below 0.
occasion AS MATERIALIZED (
    SELECT
        told.id, version.programme_id, told.member_id, version.id AS version_id, told.kind, told.name, told.at, version.zone,
        version.week_start, version.includes_tax, told.store, told.channel, told.currency, told.segments, told.tiers, told.is_first,
        told.given, told.at AT TIME ZONE version.zone AS here, extract(hour FROM told.at AT TIME ZONE version.zone)::integer * 60
            + extract(minute FROM told.at AT TIME ZONE version.zone)::integer AS minute,
        line.skus, line.categories, line.amounts, line.befores, line.pieces, line.amount, line.before, line.all_pieces,
        told.shipping::numeric AS shipping,
        CASE WHEN told.kind <> 'order' THEN 1 WHEN told.paid = 0 THEN sign(coalesce(line.amount, 0))
            ELSE greatest(0, whole.payable - told.paid) END AS keep_num,
        CASE WHEN told.kind <> 'order' OR told.paid = 0 THEN 1 ELSE whole.payable END AS keep_den,
        CASE
            WHEN told.tax <= 0 THEN CASE WHEN version.includes_tax THEN 10000 ELSE 10000 + version.tax_bp END
            ELSE greatest(0, line.amount + told.shipping + CASE WHEN version.includes_tax THEN -told.tax ELSE told.tax END)
        END::numeric AS tax_num,
        CASE
            WHEN told.tax <= 0 THEN CASE WHEN version.includes_tax THEN 10000 + version.tax_bp ELSE 10000 END
            ELSE line.amount + told.shipping
        END::numeric AS tax_den
    FROM jsonb_to_recordset(%(carts)s::text::jsonb) AS told (
        id bigint, version_id bigint, member_id bigint, kind text, name text, at timestamptz, store text, channel text, currency text,
        segments uuid[], tiers text[], is_first boolean, given jsonb, shipping bigint, tax bigint, paid bigint, lines jsonb
    )
    JOIN decide_loyalty_version AS version ON version.id = told.version_id
    CROSS JOIN LATERAL (
        SELECT
            array_agg(sku) AS skus, array_agg(category) AS categories, array_agg(one.amount) AS amounts, array_agg(one.before) AS befores,
            array_agg(one.pieces) AS pieces, sum(one.amount) AS amount, sum(one.before) AS before, sum(one.pieces) AS all_pieces
        FROM jsonb_to_recordset(told.lines) AS one (sku text, category text, amount numeric, before numeric, pieces numeric)
    ) AS line
    CROSS JOIN LATERAL (
        SELECT coalesce(line.amount, 0) + told.shipping + CASE WHEN version.includes_tax THEN 0 ELSE told.tax END AS payable
    ) AS whole
)
