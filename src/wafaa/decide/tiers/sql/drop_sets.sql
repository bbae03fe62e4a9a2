-- Sets that the programme has no more: members stand in them no more. Gives the members and what they stood in.
WITH gone AS (
    DELETE FROM decide_tiers_standing AS standing
    WHERE standing.member_id = ANY (%(members)s::bigint[]) AND NOT standing.set_code = ANY (%(sets)s::text[])
    RETURNING member_id, set_code, tier
),
forgotten AS (
    DELETE FROM decide_tiers_reached AS reached
    WHERE reached.member_id = ANY (%(members)s::bigint[]) AND NOT reached.set_code = ANY (%(sets)s::text[])
),
noted AS (
    INSERT INTO decide_tiers_change (member_id, set_code, before, after, why, at, version_id)
    SELECT member_id, set_code, tier, '', 'placed', %(at)s, %(version)s FROM gone WHERE tier <> '' ORDER BY member_id, set_code
)
SELECT member_id, set_code FROM gone WHERE tier <> '' ORDER BY member_id, set_code
