"""`wafaa serve` with all its processes: starts, kills, second starts."""

import os
import signal
import socket
import uuid

import psutil
import psycopg
import pytest

from wafaa.run.home import Home
from wafaa.run.tests.processes import (
    Serving,
    copy_prepared,
    execute,
    find_free_port,
    is_called,
    list_servers,
    run_wafaa,
    wait_until,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """One server for the tests that leave it running."""
    server = Serving(tmp_path_factory.mktemp("serving")).wait()
    yield server
    server.stop()


@pytest.fixture
def start():
    """Starts servers that end with the test, however it ends."""
    started = []

    def begin(home, **environment):
        started.append(Serving(home, **environment))
        return started[-1]

    yield begin
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data directory that is used again, for the tests that start and end a server."""
    return copy_prepared(tmp_path_factory.mktemp("served") / "home")


def test_it_answers_and_says_where(serving):
    assert serving.get("/sign-in/") == 200
    assert f"http://127.0.0.1:{serving.port}" in serving.read_output()
    assert serving.read_output().count("ended unexpectedly") == 0


def test_a_second_serve_says_that_one_runs_and_exits_with_3(serving):
    second = run_wafaa(serving.home, "serve", "--port", str(find_free_port()))

    assert second.returncode == 3
    assert second.stderr.strip() == (
        f"Wafaa already runs on {serving.home} (process {serving.process.pid}). Use it, or stop it first."
    )
    assert serving.get("/sign-in/") == 200


def test_a_taken_port_is_told_before_anything_starts(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run_wafaa(tmp_path / "home", "serve", "--port", str(port))

    assert refused.returncode == 3
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "home").exists()


def test_a_command_uses_the_database_of_the_server(serving):
    made = run_wafaa(
        serving.home,
        "user",
        "create",
        "--email",
        "mona@example.com",
        "--role",
        "manager",
        stdin="a-long-password-1\n",
    )

    assert made.returncode == 0, made.stderr
    url = Home(serving.home).read_running().database_url
    assert execute(url, "SELECT role FROM access_staff_staff WHERE email = 'mona@example.com'") == (
        "manager",
    )
    assert serving.get("/sign-in/") == 200


def test_the_doctor_finds_everything_well(serving):
    def looks_well():
        return run_wafaa(serving.home, "doctor").returncode == 0

    wait_until(looks_well)  # the queue's worker says that it lives some seconds after its start


@pytest.mark.parametrize("name", ["analyst", "worker", "web", "postgres"])
def test_a_killed_process_is_started_again(serving, name):
    victim = serving.find_child(name)

    victim.kill()

    def is_back():
        found = [each for each in psutil.Process(serving.process.pid).children() if each.pid != victim.pid]
        return any(is_called(each, name) for each in found)

    wait_until(is_back)
    wait_until(lambda: answers(serving))


def answers(serving):
    try:
        return serving.get("/sign-in/") == 200
    except OSError:
        return False


def test_killing_the_supervisor_leaves_no_process_and_the_next_start_works_until_ctrl_c(home, start):
    server = start(home).wait()
    started = server.list_processes()
    assert len(started) >= 5

    server.stop(signal.SIGKILL)

    wait_until(lambda: not any(is_alive(process) for process in started))
    assert list_servers(home / "postgres") == []
    again = start(home).wait()
    assert again.get("/sign-in/") == 200
    assert_ends_in_order(again, signal.SIGINT)


def is_alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def assert_ends_in_order(server, number):
    started = server.list_processes()
    assert len(started) >= 5

    assert server.stop(number) == 0

    assert not any(is_alive(process) for process in started)
    assert Home(server.home).read_running() is None
    assert "Traceback" not in server.read_output()


def test_killing_everything_at_once_is_recovered_from_until_a_service_manager_ends_it(home, start):
    server = start(home).wait()
    execute(Home(home).read_running().database_url, "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    victims = [*server.list_processes(), psutil.Process(server.process.pid)]

    for victim in victims:
        victim.suspend()
    for victim in victims:
        victim.kill()
    server.process.wait()
    wait_until(lambda: not any(is_alive(process) for process in victims))

    again = start(home).wait()
    assert "recovering" in again.read_output()
    assert execute(Home(home).read_running().database_url, "SELECT number FROM kept") == (7,)
    assert_ends_in_order(again, signal.SIGTERM)


def test_ctrl_c_in_the_middle_of_a_start_ends_everything(tmp_path, start):
    server = start(tmp_path / "home")
    wait_until((tmp_path / "home" / "postgres" / "cluster").exists)
    started = server.list_processes()

    assert server.stop() == 0

    assert not any(is_alive(process) for process in started)


@pytest.fixture
def external_url():
    """A new database on the server of WAFAA_TEST_EXTERNAL_URL."""
    given = os.environ.get("WAFAA_TEST_EXTERNAL_URL")
    if not given:
        pytest.skip("no external PostgreSQL; set WAFAA_TEST_EXTERNAL_URL to one where databases may be made")
    name = f"wafaa_{uuid.uuid4().hex[:12]}"
    execute(given, f"CREATE DATABASE {name}")
    yield psycopg.conninfo.make_conninfo(given, dbname=name)
    execute(given, f"DROP DATABASE {name} WITH (FORCE)")


def test_it_runs_on_an_external_database_without_starting_one(tmp_path, external_url, start):
    server = start(tmp_path, WAFAA_DATABASE_URL=external_url).wait()

    assert server.get("/sign-in/") == 200
    assert not (tmp_path / "postgres").exists()
    wait_until(lambda: run_wafaa(tmp_path, "doctor", WAFAA_DATABASE_URL=external_url).returncode == 0)
    assert server.stop() == 0


def test_an_external_database_that_does_not_answer_is_told_in_one_line(tmp_path):
    url = f"postgresql://wafaa@127.0.0.1:{find_free_port()}/wafaa"
    failed = run_wafaa(tmp_path, "serve", "--port", str(find_free_port()), WAFAA_DATABASE_URL=url)

    assert failed.returncode == 1
    assert "The database does not answer" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_port_below_zero_is_wrong_usage(tmp_path):
    assert run_wafaa(tmp_path, "serve", "--port", "-1").returncode == 2
