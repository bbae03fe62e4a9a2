-- What each occasion earns by each rule of its version that it sets off: a verdict (bits of rules.Refusal), its base, its points
-- before the group, after it, after the caps of the rule and after those of the programme.
--
-- Every occasion is judged as if it stood alone before the counters. So no two of one customer are judged at once, nor more than
-- a budget bears (actions/reckoning.py). Where an earning stands already, whoever is counted anew never gets more out of a cap
-- than before unless the occasion itself grew, and then no more than is free now: a replay changes nothing.
WITH /*occasions*/,
ruling AS MATERIALIZED (
    /*ruling*/
    WHERE version.id IN (SELECT version_id FROM occasion)
),
stood AS MATERIALIZED (
    SELECT one.*
    FROM occasion CROSS JOIN LATERAL (SELECT * FROM decide_loyalty_earning WHERE occasion_id = occasion.id OFFSET 0) AS one
),
weighed AS MATERIALIZED (
    SELECT
        occasion.id, occasion.programme_id, occasion.member_id, occasion.version_id, occasion.at, occasion.zone, occasion.week_start,
        occasion.keep_num, occasion.keep_den, rule.number AS rule, rule.ordinal, rule.unit_id, rule.effect, rule.points AS gives,
        rule.per, rule.rounding, rule.grouping, rule.cap_points, rule.cap_uses, rule.budget_points, rule.budget_uses,
        rule.given_points, rule.given_uses, rule.is_limited, paid.base, goods.pieces, failed.verdict
    FROM occasion
    JOIN ruling AS rule
        ON rule.version_id = occasion.version_id AND rule.trigger = occasion.kind AND rule.event = occasion.name
    CROSS JOIN LATERAL (
        SELECT
            sum(CASE WHEN rule.before_discounts THEN line.before ELSE line.amount END) AS amount, sum(line.pieces) AS pieces
        FROM unnest(occasion.skus, occasion.categories, occasion.amounts, occasion.befores, occasion.pieces)
            AS line (sku, category, amount, before, pieces)
        WHERE NOT rule.takes_all
            AND (
                rule.skus IS NULL AND rule.categories IS NULL
                OR coalesce(line.sku = ANY (rule.skus), false) OR coalesce(line.category = ANY (rule.categories), false)
            )
            AND NOT coalesce(line.sku = ANY (rule.not_skus), false)
            AND NOT coalesce(line.category = ANY (rule.not_categories), false)
    ) AS picked
    CROSS JOIN LATERAL (
        SELECT
            coalesce(CASE WHEN NOT rule.takes_all THEN picked.amount
                WHEN rule.before_discounts THEN occasion.before ELSE occasion.amount END, 0) AS amount,
            coalesce(CASE WHEN rule.takes_all THEN occasion.all_pieces ELSE picked.pieces END, 0) AS pieces
    ) AS goods
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN goods.amount = 0 OR occasion.keep_num = 0 THEN 0
            WHEN occasion.keep_num = occasion.keep_den AND rule.with_tax = occasion.includes_tax
            THEN least(1000000000000000, goods.amount + CASE WHEN rule.with_shipping THEN occasion.shipping ELSE 0 END)
            ELSE decide_loyalty_round(
                (goods.amount + CASE WHEN rule.with_shipping THEN occasion.shipping ELSE 0 END) * occasion.keep_num
                    * CASE WHEN rule.with_tax = occasion.includes_tax THEN 1 ELSE occasion.tax_num END,
                occasion.keep_den * CASE WHEN rule.with_tax = occasion.includes_tax THEN 1 ELSE occasion.tax_den END,
                'half'
            )
        END AS base
    ) AS paid
    CROSS JOIN LATERAL (
        SELECT
            CASE WHEN rule.from_day > occasion.here::date OR rule.to_day < occasion.here::date THEN 1 ELSE 0 END
            + CASE WHEN NOT extract(isodow FROM occasion.here)::integer = ANY (rule.weekdays) THEN 2 ELSE 0 END
            + CASE
                WHEN rule.from_minute < rule.to_minute
                    AND (occasion.minute < rule.from_minute OR occasion.minute >= rule.to_minute) THEN 4
                WHEN rule.from_minute > rule.to_minute
                    AND occasion.minute < rule.from_minute AND occasion.minute >= rule.to_minute THEN 4
                ELSE 0
            END
            + CASE WHEN NOT occasion.store = ANY (rule.stores) THEN 8 ELSE 0 END
            + CASE WHEN NOT occasion.channel = ANY (rule.channels) THEN 16 ELSE 0 END
            + CASE WHEN NOT coalesce(occasion.segments, '{}') && rule.segments THEN 32 ELSE 0 END
            + CASE WHEN NOT coalesce(occasion.tiers, '{}') && rule.tiers THEN 64 ELSE 0 END
            + CASE WHEN rule.currency NOT IN ('', occasion.currency) THEN 128 ELSE 0 END
            + CASE WHEN occasion.kind = 'order' AND (goods.amount = 0 OR occasion.keep_num = 0) THEN 256 ELSE 0 END
            + CASE WHEN paid.base < rule.minimum THEN 512 ELSE 0 END
            + CASE WHEN rule.is_first AND NOT occasion.is_first THEN 1024 ELSE 0 END
            + CASE WHEN NOT coalesce(occasion.given, '{}') @> rule.given THEN 2048 ELSE 0 END AS verdict
    ) AS failed
    WHERE failed.verdict = 0 OR %(traced)s::boolean
),
looked AS MATERIALIZED (
    SELECT
        weighed.*, had_points, had_capped,
        CASE
            WHEN verdict > 0 THEN 0
            WHEN effect = 'fixed' THEN gives
            WHEN effect = 'money' AND rounding = 'down' -- as the function does, which costs more
            THEN least(1000000000000000, div(base * gives, per))
            WHEN effect = 'money' THEN decide_loyalty_round(base * gives, per, rounding)
            WHEN effect = 'piece' THEN decide_loyalty_round(weighed.pieces * keep_num * gives, per * keep_den, rounding)
            ELSE 0
        END AS raw,
        -- what there is room for: NULL where nothing limits it
        CASE WHEN cap_points IS NULL THEN NULL ELSE room.points END AS cap_room,
        CASE WHEN budget_points IS NULL THEN NULL ELSE budget_points - given_points + coalesce(had_target, 0) END AS budget_room,
        coalesce(had_target, 0) > 0 OR cap_uses IS NULL OR coalesce(room.uses, 1) > 0 AS may_use,
        coalesce(had_target, 0) > 0 OR budget_uses IS NULL OR budget_uses > given_uses AS may_use_budget
    FROM weighed
    LEFT JOIN (
        SELECT occasion_id, rule AS number, points AS had_points, capped AS had_capped, target AS had_target FROM stood
    ) AS stood ON stood.occasion_id = weighed.id AND stood.number = weighed.rule
    CROSS JOIN LATERAL (
        SELECT min(cap.points - used.points) AS points, min(cap.uses - used.uses) AS uses
        FROM unnest(weighed.cap_points, weighed.cap_uses) WITH ORDINALITY AS cap (points, uses, span)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(other.target), 0) AS points, count(*) FILTER (WHERE other.target > 0) AS uses
            FROM decide_loyalty_earning AS other
            WHERE other.member_id = weighed.member_id AND other.rule = weighed.rule AND other.occasion_id <> weighed.id
                AND other.at >= decide_loyalty_start(weighed.at, weighed.zone, weighed.week_start, cap.span)
                AND other.at < decide_loyalty_end(weighed.at, weighed.zone, weighed.week_start, cap.span)
        ) AS used
        WHERE weighed.verdict = 0 AND (cap.points IS NOT NULL OR cap.uses IS NOT NULL)
    ) AS room
),
-- whose rules compete, multiply one another or share the programme's caps; every other rule speaks for itself
tangled AS MATERIALIZED (
    SELECT DISTINCT id FROM looked WHERE grouping <> '' OR effect = 'times' OR is_limited
),
alone AS (
    SELECT
        looked.*,
        CASE WHEN had_points IS NULL AND cap_room IS NULL AND budget_room IS NULL AND may_use AND may_use_budget THEN raw
            ELSE decide_loyalty_cap(raw, had_points, had_capped, least(cap_room, budget_room), may_use AND may_use_budget) END AS stays
    FROM looked WHERE id NOT IN (SELECT id FROM tangled)
),
best AS (
    SELECT
        looked.*,
        CASE WHEN grouping = '' OR row_number() OVER (PARTITION BY id, grouping ORDER BY raw DESC, ordinal) = 1 THEN raw ELSE 0 END AS won
    FROM looked WHERE id IN (SELECT id FROM tangled)
),
capped AS (
    SELECT
        best.*, decide_loyalty_cap(won, had_points, had_capped, least(cap_room, budget_room), may_use AND may_use_budget) AS kept
    FROM best
),
-- what multiplies looks at what the others give
summed AS (
    SELECT
        capped.*,
        CASE
            WHEN effect = 'times' AND verdict = 0
            THEN decide_loyalty_round(
                (sum(kept) OVER (PARTITION BY id, unit_id)) * (gives - 10000), 10000, rounding)
            ELSE raw
        END AS found
    FROM capped
),
settled AS (
    SELECT
        summed.*,
        CASE
            WHEN effect <> 'times' THEN won
            WHEN grouping = '' OR row_number() OVER (PARTITION BY id, grouping ORDER BY found DESC, ordinal) = 1 THEN found
            ELSE 0
        END AS points
    FROM summed
),
ruled AS (
    SELECT
        settled.*,
        CASE
            WHEN effect <> 'times' THEN kept
            ELSE decide_loyalty_cap(points, had_points, had_capped, least(cap_room, budget_room), may_use AND may_use_budget)
        END AS stays
    FROM settled
),
judged AS (
    SELECT
        ruled.id, ruled.programme_id, ruled.member_id, ruled.at, ruled.rule, ruled.ordinal, ruled.unit_id, ruled.base::bigint AS base,
        ruled.pieces, ruled.found::bigint AS raw, ruled.points::bigint AS points, ruled.stays::bigint AS capped, given.target::bigint AS target,
        verdict
            + CASE WHEN verdict = 0 AND found > points THEN 4096 ELSE 0 END
            + CASE WHEN points > stays AND (may_use_budget AND coalesce(stays < budget_room, true)) THEN 8192 ELSE 0 END
            + CASE WHEN points > stays AND NOT (may_use_budget AND coalesce(stays < budget_room, true)) THEN 16384 ELSE 0 END
            + CASE WHEN stays > given.target THEN 32768 ELSE 0 END
            + CASE WHEN verdict = 0 AND found = 0 THEN 65536 ELSE 0 END AS verdict
    FROM (
        SELECT
            ruled.*,
            sum(stays) OVER (PARTITION BY id, unit_id ORDER BY ordinal ROWS UNBOUNDED PRECEDING) - stays AS before,
            sum(stays) OVER (PARTITION BY id, unit_id) AS together
        FROM ruled
    ) AS ruled
    -- the programme's own caps, of its main unit: how much there is room for, and how much this occasion had
    LEFT JOIN LATERAL (
        SELECT room.points AS room, had.many, had.capped, had.target
        FROM decide_loyalty_version AS version
        JOIN decide_loyalty_programme AS programme ON programme.id = version.programme_id
        CROSS JOIN LATERAL (
            SELECT min(cap.points - used.points) AS points
            FROM unnest(version.cap_points) WITH ORDINALITY AS cap (points, span)
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(other.target), 0) AS points
                FROM decide_loyalty_earning AS other
                WHERE other.member_id = ruled.member_id AND other.unit_id = ruled.unit_id AND other.occasion_id <> ruled.id
                    AND other.at >= decide_loyalty_start(ruled.at, ruled.zone, ruled.week_start, cap.span)
                    AND other.at < decide_loyalty_end(ruled.at, ruled.zone, ruled.week_start, cap.span)
            ) AS used
            WHERE cap.points IS NOT NULL
        ) AS room
        CROSS JOIN LATERAL (
            SELECT count(*) AS many, coalesce(sum(stood.capped), 0) AS capped, coalesce(sum(stood.target), 0) AS target
            FROM decide_loyalty_earning AS stood
            WHERE stood.occasion_id = ruled.id AND stood.unit_id = ruled.unit_id
        ) AS had
        WHERE version.id = ruled.version_id AND version.cap_points IS NOT NULL AND programme.unit_id = ruled.unit_id
    ) AS ceiling ON true
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN ceiling.many IS NULL THEN stays
            ELSE greatest(0, least(stays, decide_loyalty_ceiling(
                together, CASE WHEN ceiling.many > 0 THEN ceiling.capped END, ceiling.target, ceiling.room) - before))
        END AS target
    ) AS given
    UNION ALL
    SELECT
        id, programme_id, member_id, at, rule, ordinal, unit_id, base::bigint, pieces, raw::bigint, raw::bigint, stays::bigint, stays::bigint,
        verdict
            + CASE WHEN raw > stays AND (may_use_budget AND coalesce(stays < budget_room, true)) THEN 8192 ELSE 0 END
            + CASE WHEN raw > stays AND NOT (may_use_budget AND coalesce(stays < budget_room, true)) THEN 16384 ELSE 0 END
            + CASE WHEN verdict = 0 AND raw = 0 THEN 65536 ELSE 0 END
    FROM alone
)
