"""The embedded PostgreSQL: real servers, real kills."""

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager

import psutil
import psycopg
import pytest

from wafaa.run.errors import (
    AlreadyRunning,
    FolderNotWritable,
    PostgresDiskFull,
    PostgresFailed,
    PostgresWrongVersion,
)
from wafaa.run.postgres import EmbeddedPostgres, size_settings
from wafaa.run.tests.processes import execute, list_servers, wait_until

HOLDER = """
import sys, time
from pathlib import Path
from wafaa.run.postgres import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1]), fast=True).start(), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A folder with a stopped cluster inside; making one takes a second."""
    folder = tmp_path_factory.mktemp("pg")
    with running(folder):
        pass
    return folder


@contextmanager
def running(folder, **options):
    server = EmbeddedPostgres(folder, fast=True, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def held_by_another_process(folder):
    """A process that keeps a server, as the supervisor does; yields it and the server's URL."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        yield holder, holder.stdout.readline().strip()
    finally:
        holder.kill()
        holder.communicate()


def test_data_stay_and_no_process_does(cluster):
    with running(cluster) as server:
        first_url = server.url
        execute(server.url, "CREATE TABLE kept AS SELECT 7 AS number")
    assert list_servers(cluster) == []

    with running(cluster) as server:
        assert server.url == first_url
        assert execute(server.url, "SELECT number FROM kept") == (7,)


def test_it_compares_by_code_point_has_checksums_and_no_network(cluster):
    with running(cluster) as server:
        settings = "SELECT current_setting('data_checksums'), current_setting('listen_addresses')"
        assert execute(server.url, settings) == ("on", "")
        locale = (
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding)"
            " FROM pg_database WHERE datname = current_database()"
        )
        assert execute(server.url, locale) == ("b", "C.UTF-8", "UTF8")
        assert execute(server.url, "SELECT upper('é'), 'a' < 'B'") == ("É", False)


def test_a_wrong_password_is_refused(cluster):
    with (
        running(cluster) as server,
        pytest.raises(psycopg.OperationalError, match="password authentication failed"),
    ):
        psycopg.connect(server.url, password="guess")


def test_commits_survive_a_killed_postmaster_and_the_start_says_that_it_recovers(tmp_path):
    told = []
    server = EmbeddedPostgres(tmp_path / "pg", on_progress=told.append)
    execute(server.start(), "CREATE TABLE kept AS SELECT 7 AS number")
    server.process.kill()
    server.process.wait()
    told.clear()

    server.restart()

    try:
        assert execute(server.url, "SELECT number FROM kept") == (7,)
        assert any("recovering" in sentence for sentence in told)
    finally:
        server.stop()


def test_a_server_that_is_killed_while_it_recovers_is_started_again(tmp_path):
    kills = []

    def on_progress(sentence):
        if "recovering" in sentence and len(kills) < 2:
            server.process.kill()
            kills.append(server.process.pid)

    with running(tmp_path, on_progress=on_progress) as server:
        execute(server.url, "CREATE TABLE kept AS SELECT 7 AS n")
        execute(server.url, "CHECKPOINT")
        server.process.kill()
        server.process.wait()

        server.restart()

        assert len(set(kills)) == 2
        assert execute(server.url, "SELECT n FROM kept") == (7,)
    assert list_servers(tmp_path) == []


def test_when_its_owner_is_killed_the_server_stops_by_itself(cluster):
    with held_by_another_process(cluster) as (holder, url):
        assert execute(url, "SELECT 1") == (1,)
        holder.kill()
        wait_until(lambda: not list_servers(cluster))

    with running(cluster, on_progress=pytest.fail) as server:  # a clean stop: nothing to recover
        assert execute(server.url, "SELECT 1") == (1,)


def test_a_server_left_behind_is_stopped_before_a_new_one_starts(cluster):
    told = []
    with held_by_another_process(cluster) as (holder, _url):
        postmaster = psutil.Process(int((cluster / "cluster/data/postmaster.pid").read_text().split()[0]))
        # neither the watching shell nor the kernel's signal gets through to a stopped process
        for watcher in psutil.Process(holder.pid).children():
            if watcher.pid != postmaster.pid:
                watcher.kill()
        postmaster.suspend()
        holder.kill()
        holder.wait()
        threading.Timer(0.3, postmaster.resume).start()

        with running(cluster, on_progress=told.append) as server:
            assert server.process.pid != postmaster.pid
            assert not postmaster.is_running()
            assert execute(server.url, "SELECT 1") == (1,)
    assert any("left behind" in sentence for sentence in told)


def test_a_stale_pid_file_whose_number_belongs_to_another_program_is_no_obstacle(cluster):
    other = subprocess.Popen(["sleep", "600"])
    try:
        pid_file = cluster / "cluster" / "data" / "postmaster.pid"
        pid_file.write_text(
            f"{other.pid}\n{pid_file.parent}\n1700000000\n5432\n/nowhere\n\n  1  2\nready   \n"
        )

        with running(cluster) as server:
            assert execute(server.url, "SELECT 1") == (1,)

        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_second_server_over_one_folder_is_refused(cluster):
    with running(cluster) as server:
        second = EmbeddedPostgres(cluster, fast=True)
        with pytest.raises(AlreadyRunning):
            second.start()
        assert execute(server.url, "SELECT 1") == (1,)


def test_a_creation_that_was_killed_leaves_nothing_in_the_way(tmp_path):
    half_made = tmp_path / "pg" / "draft-killed" / "data"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    with running(tmp_path / "pg") as server:
        assert execute(server.url, "SELECT 1") == (1,)

    assert not half_made.parent.exists()


def test_data_of_another_major_version_are_refused_untouched(cluster):
    version = cluster / "cluster" / "data" / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(PostgresWrongVersion, match=r"PostgreSQL 17.*PostgreSQL 18"):
            EmbeddedPostgres(cluster, fast=True).start()
    finally:
        version.write_text("18\n")
    with running(cluster) as server:
        assert execute(server.url, "SELECT 1") == (1,)


def test_a_path_too_long_for_a_socket_works_and_its_folder_elsewhere_goes(cluster, tmp_path):
    far = tmp_path / ("long" * 30)
    shutil.copytree(cluster, far, ignore=shutil.ignore_patterns("socket", "lock"))
    if os.geteuid() == 0:
        owner = cluster.stat()
        for path in [far, *far.rglob("*")]:
            os.chown(path, owner.st_uid, owner.st_gid)

    with running(far) as server:
        socket_folder = server._socket_folder
        assert far not in socket_folder.parents
        assert socket_folder.stat().st_mode & 0o777 == 0o700
        assert execute(server.url, "SELECT 1") == (1,)

    assert not socket_folder.exists()


def test_a_folder_that_cannot_be_made_is_told_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritable, match="Not a directory"):
        EmbeddedPostgres(tmp_path / "file" / "pg").start()


def test_why_a_server_does_not_start_is_told_in_its_own_words(cluster):
    configuration = cluster / "cluster" / "data" / "postgresql.conf"
    good = configuration.read_text()
    configuration.write_text("shared_buffers = 'much'\n")
    try:
        with pytest.raises(PostgresFailed, match="shared_buffers"):
            EmbeddedPostgres(cluster, fast=True).start()
    finally:
        configuration.write_text(good)


def test_a_full_disk_is_named_as_such(cluster):
    error = EmbeddedPostgres(cluster)._explain(1, 'FATAL:  could not write file "x": No space left on device')
    assert isinstance(error, PostgresDiskFull)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: an ordinary user starts PostgreSQL as itself")
def test_root_hands_the_server_to_an_unprivileged_user_even_below_a_closed_folder(cluster, tmp_path):
    tmp_path.chmod(0o700)
    with running(tmp_path / "pg") as server:
        process = psutil.Process(server.process.pid)
        assert 0 not in process.uids()
        assert execute(server.url, "SELECT 1") == (1,)


def test_a_server_started_by_a_thread_outlives_that_thread(cluster):
    server = EmbeddedPostgres(cluster, fast=True)
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    try:
        assert execute(server.url, "SELECT 1") == (1,)
        with pytest.raises(psutil.TimeoutExpired):
            psutil.Process(server.process.pid).wait(0.5)
    finally:
        server.stop()


def test_a_fast_stop_ends_sessions_that_hang(cluster):
    with running(cluster) as server:
        idle = psycopg.connect(server.url)
        idle.execute("SELECT 1")  # a transaction stays open
        server.process.send_signal(0)
    with pytest.raises(psycopg.OperationalError):
        idle.execute("SELECT 1")
    idle.close()


@pytest.mark.parametrize(
    ("gigabytes", "kept", "logged", "assumed"),
    [(1, "128MB", "1024MB", "1024MB"), (8, "512MB", "1536MB", "4096MB"), (24, "1024MB", "3072MB", "12288MB")],
)
def test_the_server_keeps_a_sixteenth_of_the_machines_memory_within_bounds(gigabytes, kept, logged, assumed):
    assert size_settings(gigabytes * 1024**3) == {
        "shared_buffers": kept, "max_wal_size": logged, "effective_cache_size": assumed,
    }  # fmt: skip
