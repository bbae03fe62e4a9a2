-- What occasions would earn as things are, or if `refunds` happened, written nowhere.
/*judge*/
SELECT id, rule, verdict, base, pieces, raw, points, capped, target FROM judged ORDER BY id, ordinal
