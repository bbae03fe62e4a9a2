"""The restore drill and the upgrade drill: whole installations, from the command line, and the same figures afterwards."""

import gzip
import json
import os
import subprocess
import sys
import uuid
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import copy_prepared, make_environment, run_wafaa

from .processes import Shop, Visitor

pytestmark = pytest.mark.slow

DATA = Path(__file__).parent / "data"
FIGURES = json.loads((DATA / "version_1.json").read_text(encoding="utf-8"))
ORDERS = "order id,date,customer id,quantity,unit price\n"


@pytest.fixture
def make_database():
    """Makes databases on a server, which are gone afterwards."""
    made = []

    def make(server_url):
        name = f"wafaa_drill_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        made.append((server_url, name))
        return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))

    yield make
    for server_url, name in made:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def get_test_server():
    """The server of this test run, by its maintenance database."""
    url = urlsplit(os.environ["WAFAA_DATABASE_URL"])
    return urlunsplit(url._replace(path="/postgres"))


def fill_with_version_1(url):
    """As psql would: the script is plain SQL with rows for COPY in it."""
    with gzip.open(DATA / "version_1.sql.gz") as script, psycopg.connect(url, autocommit=True) as connection:
        statements = b""
        for line in script:
            if line.startswith(b"COPY ") and line.endswith(b"FROM stdin;\n"):
                connection.execute(statements)
                statements = b""
                with connection.cursor() as cursor, cursor.copy(line.rstrip(b";\n")) as copy:
                    for row in iter(script.readline, b"\\.\n"):
                        copy.write(row)
            elif not line.startswith((b"\\restrict", b"\\unrestrict", b"CREATE SCHEMA")):
                statements += line
        connection.execute(statements)


def read_figures(home, url, *arguments):
    done = subprocess.run(
        [sys.executable, str(DATA / "figures.py"), *arguments],
        env=make_environment(home, WAFAA_DATABASE_URL=url, DJANGO_SETTINGS_MODULE="wafaa.config.settings"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def keep_known(told, known):
    """Of what a newer version tells, only what the older one told as well."""
    if isinstance(known, dict):
        return {key: keep_known(told[key], value) for key, value in known.items()}
    if isinstance(known, list) and len(known) == len(told):
        return [keep_known(one, other) for one, other in zip(told, known, strict=True)]
    return told


def run_well(home, *arguments, **environment):
    done = run_wafaa(home, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done


def test_a_filled_database_of_the_first_version_is_upgraded_and_tells_the_same(tmp_path, make_database):
    url = make_database(get_test_server())
    fill_with_version_1(url)

    run_well(tmp_path, "facts", "sync", WAFAA_DATABASE_URL=url)

    told = read_figures(tmp_path, url, "drain")
    assert keep_known(told, FIGURES) == FIGURES
    assert read_figures(tmp_path, url, "drain") == told


def test_a_backup_of_an_older_postgresql_goes_into_the_embedded_one(tmp_path, make_database):
    external = os.environ.get("WAFAA_TEST_EXTERNAL_URL")
    if not external:
        pytest.skip("no second PostgreSQL: set WAFAA_TEST_EXTERNAL_URL")
    url, file = make_database(external), tmp_path / "old.backup"
    fill_with_version_1(url)
    run_well(tmp_path / "old", "backup", str(file), WAFAA_DATABASE_URL=url)

    restored = run_well(tmp_path / "new", "restore", str(file))

    assert "Restored: " in restored.stderr
    server = EmbeddedPostgres(tmp_path / "new" / "postgres", fast=True)
    try:
        told = read_figures(tmp_path / "new", server.start())
    finally:
        server.stop()
    assert keep_known(told, FIGURES) == FIGURES


def test_a_shop_is_backed_up_while_it_runs_and_restored_on_another_machine(tmp_path):
    """The drill: what a person sees is the same, and life goes on: each later order counts once."""
    file, orders = tmp_path / "shop.backup", tmp_path / "orders.csv"
    orders.write_text(
        ORDERS
        + "".join(
            f"{n},2025-0{1 + n % 6}-{1 + n % 28:02},{1 + n % 40},{1 + n % 3},{10 + n % 7}\n"
            for n in range(300)
        )
    )
    old, new = Shop(copy_prepared(tmp_path / "old")), Shop(tmp_path / "new")
    try:
        old.start()
        old.make_owner()
        imported = old.run("import", "orders", str(orders), "--currency", "SAR")
        assert imported.returncode == 0, imported.stderr
        figures = old.read_figures("SAR", date(2025, 7, 1))
        made = old.run("backup", str(file), "--with-secret-key")
        assert made.returncode == 0, made.stderr
        assert "300 orders" in made.stderr
        refused = old.run("restore", str(file), "--replace", "--yes")
        assert (refused.returncode, "Wafaa is running" in refused.stderr) == (3, True), refused.stderr
        old.close()

        restored = new.run("restore", str(file))
        assert restored.returncode == 0, restored.stderr
        again = new.run("restore", str(file))
        assert (again.returncode, "--replace" in again.stderr) == (3, True), again.stderr
        new.start()
        assert new.read_figures("SAR", date(2025, 7, 1)) == figures
        Visitor(new).sign_in()
        orders.write_text(orders.read_text() + "300,2025-06-29,7,1,10\n")
        again = new.run("import", "orders", str(orders), "--currency", "SAR")
        assert "301 counted orders" in again.stderr, again.stderr
        later = new.read_figures("SAR", date(2025, 7, 1))
        assert later["orders"][0] == figures["orders"][0] + 1
        assert later["totals"][1] == figures["totals"][1] + 1
        new.close()
    finally:
        for shop in (old, new):
            shop.clear()
