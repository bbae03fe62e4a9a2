-- Empties our schema, in the transaction that fills it again. What belongs to an extension stays.
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) AS deed
        FROM (
            SELECT 1 AS turn, 'pg_class'::regclass AS catalog, oid, CASE relkind WHEN 'v' THEN 'VIEW'
                WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind, oid::regclass::text AS name
            FROM pg_class
            WHERE relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition AND relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT 2, 'pg_class'::regclass, oid, 'SEQUENCE', oid::regclass::text
            FROM pg_class
            WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT 3, 'pg_proc'::regclass, oid, CASE prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE'
                ELSE 'FUNCTION' END, oid::regprocedure::text
            FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace
            UNION ALL
            SELECT 4, 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text
            FROM pg_type
            WHERE typnamespace = current_schema()::regnamespace
                AND (typtype IN ('e', 'd', 'r') OR (typtype = 'c' AND EXISTS (
                    SELECT FROM pg_class WHERE pg_class.oid = typrelid AND relkind = 'c'
                )))
        ) AS everything
        WHERE NOT EXISTS (
            SELECT FROM pg_depend
            WHERE objid = everything.oid AND classid = everything.catalog AND deptype = 'e'
        )
        ORDER BY turn
    LOOP
        EXECUTE held.deed;
    END LOOP;
END
$$
