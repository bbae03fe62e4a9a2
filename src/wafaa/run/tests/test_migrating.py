"""The tables that the quick way makes are those that Django's own makes."""

import os
import subprocess
import sys
import uuid

import psycopg
import pytest

from wafaa.run.backup.programs import choose_program
from wafaa.run.tests.processes import ensure_tables, execute

DONE = "SELECT array_agg(app || '.' || name ORDER BY app, name) FROM django_migrations"
KINDS = "SELECT array_agg(app_label || '.' || model ORDER BY app_label, model) FROM django_content_type"
RIGHTS = "SELECT array_agg(codename ORDER BY codename) FROM auth_permission"


@pytest.fixture
def make_database():
    """Makes empty ones beside that of the tests, which are gone afterwards."""
    given, made = os.environ["WAFAA_DATABASE_URL"], []

    def make(template="template1"):
        made.append(f"wafaa_made_{uuid.uuid4().hex[:8]}")
        execute(given, f'CREATE DATABASE {made[-1]} TEMPLATE "{template}"')
        return psycopg.conninfo.make_conninfo(given, dbname=made[-1])

    yield make
    for name in made:
        execute(given, f"DROP DATABASE {name} WITH (FORCE)")


# Without looking for garbage among the models of all states, which is a quarter of the work.
BY_DJANGO = """
import gc
gc.disable()
import django
from django.core.management import call_command
django.setup()
for command in ("migrate", "createcachetable"):
    call_command(command, verbosity=0)
"""


def make_tables_by_django(url):
    subprocess.run(
        [sys.executable, "-c", BY_DJANGO], env={**os.environ, "WAFAA_DATABASE_URL": url}, check=True
    )


def dump_tables(url):
    """All but the line that is different in each dump."""
    with psycopg.connect(url) as server:
        program = choose_program("pg_dump", server.info.server_version // 10_000)
    told = subprocess.run(
        [str(program.path), "--schema-only", "--no-owner", "--dbname", url],
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in told.stdout.splitlines() if "restrict" not in line]


def test_a_new_database_has_all_that_django_makes(make_database):
    made, by_django = make_database(ensure_tables()), make_database()
    make_tables_by_django(by_django)

    assert dump_tables(made) == dump_tables(by_django)
    for question in (DONE, KINDS, RIGHTS):
        assert execute(made, question) == execute(by_django, question)
    assert execute(made, "SELECT count(*) FROM access_business_business") == (1,)
