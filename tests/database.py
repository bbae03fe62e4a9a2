"""A pytest plugin that gives the tests a PostgreSQL: that of WAFAA_DATABASE_URL, else an embedded one for this run.

It is loaded before Django's settings are read. With WAFAA_TEST_NO_SKIPS set (as .ci/run does) a test that is left
out fails.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


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
