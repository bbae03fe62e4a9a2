-- What each occasion earns by each rule of its version that it sets off: a verdict (bits of rules.Refusal), its base, its points
-- before the group, after it, after the caps of the rule and after those of the programme.
--
-- Every occasion is judged as if it stood alone before the counters. So no two of one customer are judged at once, nor more than
-- a budget bears (actions/reckoning.py). Where an earning stands already, whoever is counted anew never gets more out of a cap
-- than before unless the occasion itself grew, and then no more than is free now: a replay changes nothing.
WITH /*occasions*/,
looked AS (
    SELECT
        occasion.id, occasion.programme_id, occasion.member_id, occasion.version_id, occasion.at, occasion.zone, occasion.week_start,
        rule.number AS rule, rule.ordinal, rule.unit_id, rule.effect, rule.points AS gives, rule.rounding, rule.grouping,
        paid.base, goods.pieces, stood.points AS had_points, stood.capped AS had_capped,
        failed.verdict,
        CASE
            WHEN failed.verdict > 0 THEN 0
            WHEN rule.effect = 'fixed' THEN rule.points
            WHEN rule.effect = 'money' AND rule.rounding = 'down' -- as the function does, which costs more
            THEN least(1000000000000000, div(paid.base * rule.points, rule.per))
            WHEN rule.effect = 'money' THEN decide_loyalty_round(paid.base * rule.points, rule.per, rule.rounding)
            WHEN rule.effect = 'piece'
            THEN decide_loyalty_round(goods.pieces * occasion.keep_num * rule.points, rule.per * occasion.keep_den, rule.rounding)
            ELSE 0
        END AS raw,
        -- what there is room for: NULL where nothing limits it
        CASE WHEN rule.cap_points IS NULL THEN NULL ELSE room.points END AS cap_room,
        CASE WHEN rule.budget_points IS NULL THEN NULL
            ELSE rule.budget_points - coalesce(budget.points, 0) + coalesce(stood.target, 0) END AS budget_room,
        coalesce(stood.target, 0) > 0 OR rule.cap_uses IS NULL OR coalesce(room.uses, 1) > 0 AS may_use,
        coalesce(stood.target, 0) > 0 OR rule.budget_uses IS NULL OR rule.budget_uses > coalesce(budget.uses, 0) AS may_use_budget
    FROM occasion
    JOIN decide_loyalty_rule AS rule
        ON rule.version_id = occasion.version_id AND rule.trigger = occasion.kind AND rule.event = occasion.name
    LEFT JOIN decide_loyalty_earning AS stood ON stood.occasion_id = occasion.id AND stood.rule = rule.number
    LEFT JOIN decide_loyalty_budget AS budget ON budget.programme_id = occasion.programme_id AND budget.rule = rule.number
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
    CROSS JOIN LATERAL (
        SELECT min(cap.points - used.points) AS points, min(cap.uses - used.uses) AS uses
        FROM unnest(rule.cap_points, rule.cap_uses) WITH ORDINALITY AS cap (points, uses, span)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(other.target), 0) AS points, count(*) FILTER (WHERE other.target > 0) AS uses
            FROM decide_loyalty_earning AS other
            WHERE other.member_id = occasion.member_id AND other.rule = rule.number AND other.occasion_id <> occasion.id
                AND other.at >= decide_loyalty_start(occasion.at, occasion.zone, occasion.week_start, cap.span)
                AND other.at < decide_loyalty_end(occasion.at, occasion.zone, occasion.week_start, cap.span)
        ) AS used
        WHERE failed.verdict = 0 AND (cap.points IS NOT NULL OR cap.uses IS NOT NULL)
    ) AS room
    WHERE failed.verdict = 0 OR %(traced)s::boolean
),
best AS (
    SELECT
        looked.*,
        CASE WHEN grouping = '' OR row_number() OVER (PARTITION BY id, grouping ORDER BY raw DESC, ordinal) = 1 THEN raw ELSE 0 END AS won
    FROM looked
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
)
