-- The rules of a version as typed rows.
INSERT INTO decide_loyalty_rule (
    version_id, number, ordinal, trigger, event, given, unit_id, effect, points, per, currency, before_discounts, with_tax,
    with_shipping, rounding, from_day, to_day, weekdays, from_minute, to_minute, stores, channels, segments, tiers, skus, categories,
    not_skus, not_categories, takes_all, minimum, is_first, cap_points, cap_uses, budget_points, budget_uses, grouping, pending,
    lives, lives_to, ends_on
)
SELECT
    %(version)s, number, ordinal, trigger, event, given, unit_id, effect, points, per, currency, before_discounts, with_tax,
    with_shipping, rounding, from_day, to_day, weekdays, from_minute, to_minute, stores, channels, segments, tiers, skus, categories,
    not_skus, not_categories, takes_all, minimum, is_first, cap_points, cap_uses, budget_points, budget_uses, grouping, pending,
    lives, lives_to, ends_on
FROM jsonb_populate_recordset(NULL::decide_loyalty_rule, %(rules)s::jsonb)
