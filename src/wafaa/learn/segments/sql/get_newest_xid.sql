-- Every transaction that has written anything up to now is numbered below this.
SELECT pg_snapshot_xmax(pg_current_snapshot())::text
