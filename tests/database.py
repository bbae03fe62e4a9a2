"""A pytest plugin that gives the tests a PostgreSQL: that of WAFAA_DATABASE_URL, else an embedded one for this run.

It is loaded before Django's settings are read. With WAFAA_TEST_NO_SKIPS set (as .ci/run does) a test that is left
out fails.
"""

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest

# Databases that are filled once and copied: the demo shop, and the tables with nothing in them.
SHARED = ("demo", "tables")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:  # what is made once for all processes that share the tests: see copy_prepared
        os.environ["WAFAA_TEST_SHARED"] = shared = tempfile.mkdtemp(prefix="wafaa-shared-")
        early_config.add_cleanup(lambda: shutil.rmtree(shared, ignore_errors=True))
    if not os.environ.get("WAFAA_HOME"):
        os.environ["WAFAA_HOME"] = home = tempfile.mkdtemp(prefix="wafaa-tests-")
        early_config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    if worker:  # shares the server with the others, but no files
        os.environ["WAFAA_HOME"] = str(Path(os.environ["WAFAA_HOME"]) / worker)
        Path(os.environ["WAFAA_HOME"]).mkdir(exist_ok=True)
    if not os.environ.get("WAFAA_DATABASE_URL"):
        from wafaa.run.postgres import EmbeddedPostgres

        server = EmbeddedPostgres(Path(os.environ["WAFAA_HOME"]) / "test-postgres", fast=True)
        os.environ["WAFAA_DATABASE_URL"] = server.start()
        early_config.add_cleanup(lambda: os.environ.pop("WAFAA_DATABASE_URL"))
        early_config.add_cleanup(server.stop)
    elif not worker:  # a server of one's own stays, so what tests made there goes
        for shared in SHARED:
            early_config.add_cleanup(partial(_drop, name_shared_database(shared)))


def name_shared_database(shared: str) -> str:
    """What all processes that share the tests copy: one of SHARED."""
    assert shared in SHARED
    return f"wafaa_{shared}_{os.environ['WAFAA_TEST_SHARED'].rpartition('-')[2]}".lower()


def make_shared_database(shared: str) -> dict[str, str]:
    """An empty one under its name, and the environment of the commands that fill it."""
    import psycopg

    given, name = os.environ["WAFAA_DATABASE_URL"], name_shared_database(shared)
    _drop(name)
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return {**os.environ, "WAFAA_DATABASE_URL": psycopg.conninfo.make_conninfo(given, dbname=name)}


def _drop(name: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["WAFAA_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _refuse_skip((yield))


def _refuse_skip(report):
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("WAFAA_TEST_NO_SKIPS"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = (
            f"{report.nodeid} was left out although nothing may be (WAFAA_TEST_NO_SKIPS): {reason}"
        )
    return report
