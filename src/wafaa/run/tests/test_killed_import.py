"""An import that is killed again and again ends with the figures of one that nobody disturbed."""

import signal
import subprocess

import psutil
import psycopg
import pytest

from wafaa.run.home import Home
from wafaa.run.tests.processes import (
    WAFAA,
    copy_prepared,
    execute,
    is_alive,
    kill_at_once,
    list_servers,
    make_environment,
    run_wafaa,
    wait_until,
)

pytestmark = pytest.mark.slow

ORDERS = 12_000
FIGURES = """
    SELECT count(*), count(DISTINCT customer_id), sum(gross_minor), sum(counted_lines)
    FROM know_orders_order WHERE source = 'file'
"""


@pytest.fixture(scope="module")
def order_file(tmp_path_factory):
    """Orders of three lines, each with known sums."""
    path = tmp_path_factory.mktemp("files") / "orders.csv"
    with path.open("w") as lines:
        lines.write("order_id,order_date,customer_id,sku,quantity,unit_price,currency\n")
        for number in range(ORDERS):
            day = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            for ordinal in range(3):
                lines.write(
                    f"A{number},{day},C{number % 977},S{ordinal},{ordinal + 1},{number % 90 + 10}.50,SAR\n"
                )
    return path


def test_an_import_killed_at_any_moment_ends_with_the_same_figures(tmp_path, order_file):
    home = copy_prepared(tmp_path / "home")

    # being read or checked; early and late in publishing; while customers and orders are updated
    for moment in ("state <> 'cancelled'", "events_done > 0", "events_done > 8000", "state = 'applying'"):
        kill_import(home, order_file, moment)
    finished = run_wafaa(home, "import", "orders", str(order_file))

    assert finished.returncode == 0, finished.stderr
    gross_minor = sum((number % 90 + 10) * 100 + 50 for number in range(ORDERS)) * 6
    assert ask(home) == (ORDERS, 977, gross_minor, ORDERS * 3)
    assert "New or changed records: 0." in run_wafaa(home, "import", "orders", str(order_file)).stderr


def kill_import(home, order_file, moment):
    """Starts an import and kills it with its database once a new import, or an older one that it resumes, is there."""
    started = subprocess.Popen(
        [*WAFAA, "import", "orders", str(order_file)],
        env=make_environment(home),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    query = f"SELECT count(*) FROM listen_files_import WHERE {moment} AND state NOT IN ('done', 'failed')"

    def is_there():
        running = Home(home).read_running()
        try:
            return running and running.pid == started.pid and execute(running.database_url, query)[0] > 0
        except psycopg.OperationalError:
            return False

    wait_until(lambda: started.poll() is not None or is_there(), 60)
    kill_at_once([psutil.Process(started.pid), *psutil.Process(started.pid).children(recursive=True)])
    assert started.wait() == -signal.SIGKILL, "it ended before the moment came"
    wait_until(lambda: not any(is_alive(each) for each in list_servers(home / "postgres")))


def ask(home):
    """The figures, by a server of the test's own over the stopped data."""
    from wafaa.run.postgres import EmbeddedPostgres

    server = EmbeddedPostgres(home / "postgres", fast=True)
    try:
        return execute(server.start(), FIGURES)
    finally:
        server.stop()
