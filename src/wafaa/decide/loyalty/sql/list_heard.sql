-- Names of events by which rules of any published version are set off, and the properties that they ask for.
SELECT DISTINCT rule.event, given.key
FROM decide_loyalty_rule AS rule
JOIN decide_loyalty_version AS version ON version.id = rule.version_id AND version.published_at IS NOT NULL
LEFT JOIN LATERAL jsonb_object_keys(rule.given) AS given (key) ON true
WHERE rule.trigger = 'event'
