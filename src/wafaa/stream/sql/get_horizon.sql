-- Below the first nothing can be added any more: it is the oldest transaction in flight. The second is the one of this session.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text, pg_current_xact_id_if_assigned()::text
