-- The highest transfer that is seen, and the first transaction that may still be handed out: all below it have begun.
SELECT (SELECT max(id) FROM act_points_transfer), pg_snapshot_xmax(pg_current_snapshot())::text
