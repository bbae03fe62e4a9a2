-- What carts would earn, as one JSON list, so that it is one row of a statement planned once for each connection.
/*judge*/
SELECT jsonb_agg(jsonb_build_array(id, rule, verdict, base, pieces, raw, points, capped, target) ORDER BY id, ordinal) FROM judged
