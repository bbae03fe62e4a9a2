-- Members' tiers of one set become these; '' is none. Those of other sets stay.
UPDATE decide_loyalty_member AS member
SET tiers = ARRAY(
    SELECT one FROM unnest(member.tiers) WITH ORDINALITY AS stood (one, place)
    WHERE NOT starts_with(one, %(set)s || ':') ORDER BY place
) || CASE WHEN told.tier = '' THEN '{}' ELSE ARRAY[(%(set)s || ':' || told.tier)::varchar] END
FROM unnest(%(members)s::bigint[], %(tiers)s::text[]) AS told (member_id, tier)
WHERE member.id = told.member_id
