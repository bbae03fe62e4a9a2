-- How many of those judged are in.
SELECT count(*), count(*) FILTER (WHERE holds) FROM (/*judge*/) AS judged
