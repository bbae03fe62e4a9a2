-- Occasions of these orders, each looked up by its key: a join would look through all where nobody has counted the programmes yet.
SELECT occasion.id, occasion.member_id
FROM unnest(%(orders)s::bigint[]) AS one (id)
CROSS JOIN LATERAL (
    SELECT id, member_id FROM decide_loyalty_occasion
    WHERE programme_id = ANY (ARRAY(SELECT id FROM decide_loyalty_programme)) AND key = 'order:' || one.id
    OFFSET 0
) AS occasion
