"""The command line in real processes: what it prints and with which code it exits."""

import subprocess

import pytest

from wafaa import __version__
from wafaa.run.home import Home
from wafaa.run.tests.processes import WAFAA, copy_prepared, list_servers, make_environment, run_wafaa


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data directory that the commands of this file share; test_serve begins with an empty one."""
    return copy_prepared(tmp_path_factory.mktemp("cli") / "home")


def create_user(home, email, **options):
    return run_wafaa(
        home, "user", "create", "--email", email, "--role", "owner", stdin="a-long-password-1\n", **options
    )


def test_version_is_told_without_loading_the_application(tmp_path):
    told = run_wafaa(tmp_path / "home", "version", PYTHONPROFILEIMPORTTIME="1")

    assert (told.returncode, told.stdout.strip()) == (0, __version__)
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert loaded.isdisjoint({"django.db", "psycopg", "wafaa.config.settings", "rich.console", "duckdb"})
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("command", "example"),
    [
        (["serve"], "wafaa serve --port 8080"),
        (["import", "orders"], "wafaa import orders sales.csv.gz"),
        (["report"], "wafaa report sales.csv -o report.html --lang ar"),
        (["user", "create"], "wafaa user create --email mona@example.com"),
        ([], "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 busy, 4 input problem"),
    ],
)
def test_help_gives_an_example(tmp_path, command, example):
    told = run_wafaa(tmp_path, *command, "--help")

    assert told.returncode == 0
    assert example in " ".join(told.stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["conquer"],
        ["user", "create", "--email", "mona@example.com"],
        ["serve", "--lang", "fr"],
        ["report", "x.csv", "--from", "yesterday"],
        ["import", "orders", "x.csv", "--column", "order_id"],
    ],
)
def test_wrong_usage_exits_with_2_and_touches_nothing(tmp_path, arguments):
    refused = run_wafaa(tmp_path / "home", *arguments)

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "home").exists()


def test_a_command_brings_its_own_database_and_takes_it_away_again(home):
    made = create_user(home, "mona@example.com")

    assert made.returncode == 0, made.stderr
    assert "mona@example.com may sign in now" in made.stderr
    assert list_servers(home / "postgres") == []
    assert Home(home).read_running() is None

    again = create_user(home, "MONA@example.com")
    assert again.returncode == 1 or again.returncode == 4
    assert "mona@example.com" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_weak_password_is_an_input_problem(home):
    refused = run_wafaa(
        home, "user", "create", "--email", "x@example.com", "--role", "owner", stdin="short\n"
    )

    assert refused.returncode == 4
    assert len(refused.stderr.strip().splitlines()) == 1


def test_an_unknown_role_is_wrong_usage(home):
    refused = run_wafaa(
        home, "user", "create", "--email", "x@example.com", "--role", "king", stdin="a-long-password-1\n"
    )

    assert refused.returncode == 2
    assert "owner, manager, branch_manager" in refused.stderr


def test_errors_are_told_in_the_language_asked_for(home):
    refused = run_wafaa(
        home,
        "user",
        "create",
        "--email",
        "x@example.com",
        "--role",
        "king",
        "--lang",
        "ar",
        stdin="a-long-password-1\n",
    )

    assert refused.returncode == 2
    assert "لا يوجد دور باسم king" in refused.stderr


@pytest.mark.slow
def test_two_commands_at_once_share_one_database(home):
    both = [
        subprocess.Popen(
            [*WAFAA, "facts", "sync"],
            env=make_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert list_servers(home / "postgres") == []


def test_facts_are_rebuilt(home):
    rebuilt = run_wafaa(home, "facts", "rebuild")

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert (home / "facts" / "manifest.json").exists()


def test_the_doctor_of_an_empty_place_makes_nothing_and_exits_with_1(tmp_path):
    told = run_wafaa(tmp_path, "doctor")

    assert told.returncode == 1
    assert "wafaa serve makes it" in told.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_data_directory_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    failed = run_wafaa(tmp_path / "file" / "home", "facts", "sync")

    assert failed.returncode == 1
    assert "cannot be written" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.fixture(scope="module")
def small_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "orders.csv"
    path.write_text(
        "order_id,order_date,customer_id,sku,quantity,unit_price,currency\n"
        "A1,2025-01-05,C1,S1,2,10.50,SAR\n"
        "A1,2025-01-05,C1,S2,1,4.00,SAR\n"
        "A2,2025-02-07,C1,S1,1,10.50,SAR\n"
        "A3,2025-02-09,C2,S1,1,10.50,SAR\n"
    )
    return path


@pytest.mark.slow
def test_an_import_says_what_it_brought_and_the_same_file_again_brings_nothing(home, small_file):
    first = run_wafaa(home, "import", "orders", str(small_file))
    again = run_wafaa(home, "import", "orders", str(small_file))

    assert first.returncode == 0, first.stderr
    told = " ".join(first.stderr.split())  # the currency stands before a space that does not break
    assert "3 counted orders of 2 customers, gross SAR 46.00 from 4 counted lines." in told
    assert again.returncode == 0, again.stderr
    assert "New or changed records: 0. Rows with problems: 0." in again.stderr


@pytest.mark.slow
def test_a_report_starts_no_database(tmp_path, small_file):
    written = run_wafaa(tmp_path / "home", "report", str(small_file), "-o", str(tmp_path / "report.html"))

    assert written.returncode == 0, written.stderr
    assert "<html" in (tmp_path / "report.html").read_text()[:500]
    assert not (tmp_path / "home" / "postgres").exists()


@pytest.mark.parametrize("command", [["import", "orders"], ["report"]])
def test_a_file_that_is_not_there_is_an_input_problem(home, command):
    refused = run_wafaa(home, *command, "/nowhere/orders.csv")

    assert refused.returncode == 4
    assert len(refused.stderr.strip().splitlines()) == 1


def test_an_unknown_answer_about_a_file_is_wrong_usage(home, small_file):
    refused = run_wafaa(home, "import", "orders", str(small_file), "--option", "mood=good")

    assert refused.returncode == 2
    assert "date_order" in refused.stderr
