-- The tables of our schema, without partitions and without those of extensions.
SELECT relname
FROM pg_class AS held
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = held.oid AND classid = 'pg_class'::regclass AND deptype = 'e')
ORDER BY relname
