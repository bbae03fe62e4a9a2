"""A pytest plugin: empties the tables after a test with real transactions as Django does, in a tenth of its time.

Django truncates every table there is, makes new files for each of their indexes, and writes content types and permissions anew:
half a second of a core. Here those stay, and rows are deleted where a table has any.
"""

import pytest

# What migrations write for every model; no test changes it.
KEPT = ("django_content_type", "auth_permission")
# Rows that were deleted are passed over again after each test until they are vacuumed away.
BYTES_MAX = 2**20
# How large a table is with its partitions; of a table without any, pg_partition_tree knows nothing.
BYTES = """
pg_relation_size(name::regclass)
+ coalesce((SELECT sum(pg_relation_size(part.relid)) FROM pg_partition_tree(name::regclass) AS part), 0)
"""
# In the role of a replica, because rows refer to each other and some say that they are never deleted.
EMPTY = f"""
DO $$
DECLARE
    name text;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOREACH name IN ARRAY {{tables}}::text[] LOOP
        IF {BYTES} > 0 THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END
$$
"""
LARGE = f"SELECT name FROM unnest(%s::text[]) AS name WHERE {BYTES} > %s"
MAY = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


@pytest.fixture(scope="session", autouse=True)
def quick_emptying():
    from django.test import TransactionTestCase

    by_django = TransactionTestCase._fixture_teardown

    def empty(case):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(MAY)
            (may,) = cursor.fetchone()
        if may and case.available_apps is None and not case.serialized_rollback:
            empty_tables()
        else:
            by_django(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


def empty_tables():
    """The tables of all models, as `django-admin flush` does."""
    from django.db import connection
    from psycopg import sql

    tables = [
        table
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False)
        if table not in KEPT
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(EMPTY).format(tables=sql.Literal(tables)).as_string(cursor.cursor))
        cursor.execute(LARGE, [tables, BYTES_MAX])
        for (table,) in cursor.fetchall():
            cursor.execute(f'VACUUM "{table}"')
