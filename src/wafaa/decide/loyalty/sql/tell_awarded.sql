-- Events of what these transfers brought: one for each occasion and unit, by the customer's own distinct id before a browser's.
-- Of thousands each row is looked up by its key, whatever a table's statistics say.
WITH moved AS MATERIALIZED (
    SELECT transfer.*, (transfer.cause ->> 'occasion')::bigint AS occasion_id, lot.usable_from, lot.expires_at
    FROM unnest(%(transfers)s::bigint[]) AS one (id)
    CROSS JOIN LATERAL (
        SELECT id, amount, cause, unit_id, target_id FROM act_points_transfer WHERE id = one.id OFFSET 0
    ) AS transfer
    CROSS JOIN LATERAL (SELECT usable_from, expires_at FROM act_points_lot WHERE award_id = one.id OFFSET 0) AS lot
),
brought AS (
    SELECT
        occasion_id, unit_id, target_id AS wallet_id, max(id) AS latest, sum(amount) AS points,
        '[' || string_agg(cause ->> 'rule', ',' ORDER BY id) || ']' AS rules, max(usable_from) AS usable_from, min(expires_at) AS expires_at
    FROM moved GROUP BY occasion_id, unit_id, target_id
),
seen AS MATERIALIZED (
    SELECT
        brought.*, occasion.version_id, occasion.kind, occasion.at, member.uuid AS member, wallet.active, wallet.pending, wallet.owed,
        known.distinct_id, bought.external_id
    FROM brought
    CROSS JOIN LATERAL (
        SELECT version_id, member_id, kind, at, order_id FROM decide_loyalty_occasion WHERE id = brought.occasion_id OFFSET 0
    ) AS occasion
    CROSS JOIN LATERAL (
        SELECT uuid, customer_id FROM decide_loyalty_member WHERE id = occasion.member_id OFFSET 0
    ) AS member
    CROSS JOIN LATERAL (
        SELECT active, pending, owed FROM act_points_wallet WHERE id = brought.wallet_id OFFSET 0
    ) AS wallet
    CROSS JOIN LATERAL (
        SELECT
            coalesce(
                min(one.distinct_id COLLATE "C") FILTER (WHERE one.distinct_id NOT LIKE 'anonymous:%%'), min(one.distinct_id COLLATE "C")
            ) AS distinct_id
        FROM know_customers_distinctid AS one WHERE one.customer_id = member.customer_id
    ) AS known
    LEFT JOIN LATERAL (SELECT external_id FROM know_orders_order WHERE id = occasion.order_id OFFSET 0) AS bought ON true
),
-- what all that can be used and is pending is worth, if the programme says so
terms AS MATERIALIZED (
    SELECT
        version.id, version.number, version.zone, programme.uuid, programme.unit_id, worth.currency, worth.minor, worth.points,
        coalesce((%(decimals)s::jsonb ->> worth.currency)::integer, 2) AS decimals
    FROM decide_loyalty_version AS version
    JOIN decide_loyalty_programme AS programme ON programme.id = version.programme_id
    CROSS JOIN LATERAL (
        SELECT
            told ->> 'currency' AS currency, (told ->> 'minor')::numeric AS minor, (told ->> 'points')::numeric AS points
        FROM (SELECT version.content -> 'worth' AS told) AS one
    ) AS worth
    WHERE version.id IN (SELECT version_id FROM seen)
)
-- Each part of the object is text, and what is NULL is left out: a third of what json_build_object costs.
SELECT
    'points:' || seen.latest, 'track', %(name)s::varchar, seen.distinct_id, %(now)s::timestamptz,
    '{' || concat_ws(
        ',', '"programme":"' || terms.uuid || '"', '"member":"' || seen.member || '"', '"unit":' || to_json(unit.code),
        '"points":' || seen.points, '"balance":' || seen.active, '"pending":' || seen.pending, '"owed":' || seen.owed,
        '"rules":' || seen.rules, '"version":' || terms.number, '"reason":"' || seen.kind || '"',
        '"order_id":' || to_json(seen.external_id), '"earned_at":' || to_json(seen.at),
        '"usable_from":' || to_json(seen.usable_from), '"expires_at":' || to_json(seen.expires_at),
        -- as days, for messages: from when on, and the last one
        '"usable_on":"' || (seen.usable_from AT TIME ZONE terms.zone)::date || '"',
        '"expires_on":"' || ((seen.expires_at - interval '1 microsecond') AT TIME ZONE terms.zone)::date || '"',
        '"worth":"' || CASE WHEN seen.unit_id = terms.unit_id THEN round(
            (seen.active + seen.pending) * terms.minor / terms.points / power(10::numeric, terms.decimals), terms.decimals) END || '"',
        '"currency":' || CASE WHEN seen.unit_id = terms.unit_id THEN to_json(terms.currency) END
    ) || '}',
    '{}', %(source)s::varchar
FROM seen
JOIN terms ON terms.id = seen.version_id
JOIN act_points_unit AS unit ON unit.id = seen.unit_id
WHERE seen.distinct_id IS NOT NULL
ORDER BY seen.latest
