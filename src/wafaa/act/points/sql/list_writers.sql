-- The transactions of others that may have written transfers and have not ended: an INSERT locks the table before it takes an id.
SELECT coalesce(array_agg(virtualtransaction), '{}') FROM pg_locks
WHERE relation = 'act_points_transfer'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
    AND (%(among)s::text[] IS NULL OR virtualtransaction = ANY (%(among)s::text[]))
