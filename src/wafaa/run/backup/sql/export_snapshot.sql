-- The name by which another session sees what this transaction sees.
SELECT pg_export_snapshot(), current_schema()
