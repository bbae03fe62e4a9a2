-- Counts a whole segment; who is in it already by the build that is shown has been since then. Those whose moment comes together
-- lie together: what flips at a midnight touches few pages.
INSERT INTO learn_segments_membership (build_id, customer_id, is_member, since, flips_at, then_member, then_flips_at)
SELECT
    %(build_id)s, judged.customer_id, judged.holds,
    CASE WHEN shown.is_member = judged.holds THEN shown.since ELSE %(now)s END, judged.flips_at, judged.then_holds,
    judged.then_flips_at
FROM (/*judge*/) AS judged
LEFT JOIN learn_segments_membership AS shown ON shown.build_id = %(shown_id)s AND shown.customer_id = judged.customer_id
ORDER BY judged.flips_at, judged.customer_id
