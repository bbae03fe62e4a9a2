"""A machine that fails: each page says what happened, what was kept and what to do, in the reader's language."""

import errno
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, close_old_connections, connection, transaction

from wafaa.kit.clock import fixed_at
from wafaa.kit.trouble import DatabaseGone, DiskFull, DiskReadOnly, explain
from wafaa.listen.connectors.files.models import Import
from wafaa.run.backup.errors import BackupFailed
from wafaa.run.backup.record import note_failure
from wafaa.run.backup.writing import make_backup
from wafaa.run.functions import register_functions, sync_facts
from wafaa.run.health import troubles
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import find_free_port, run_wafaa

KEPT = {"en": "everything before it is kept", "ar": "وكل ما قبله محفوظ"}


@pytest.fixture(autouse=True)
def fresh_look():
    troubles.look_anew()
    yield
    troubles.look_anew()


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return settings.HOME


def as_root():
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


@contextmanager
def small_disk(folder, size, *, read_only=False):
    """A real file system of its own, where the machine allows it."""
    folder.mkdir()
    options = f"size={size},mode=777{',ro' if read_only else ''}"
    mounted = subprocess.run(
        [*as_root(), "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a disk for a test")
    try:
        yield folder
    finally:
        subprocess.run([*as_root(), "umount", "-l", str(folder)], check=True)


# What stands behind an error


def test_errors_of_the_machine_are_told_from_others():
    assert isinstance(explain(OSError(errno.ENOSPC, "No space left on device")), DiskFull)
    assert isinstance(explain(OSError(errno.EROFS, "Read-only file system")), DiskReadOnly)
    assert isinstance(explain(psycopg.errors.DiskFull("could not extend file")), DiskFull)
    assert isinstance(explain(psycopg.errors.ReadOnlySqlTransaction("read-only")), DiskReadOnly)
    assert isinstance(explain(psycopg.errors.AdminShutdown("terminating connection")), DatabaseGone)
    assert isinstance(explain(psycopg.OperationalError("connection failed")), DatabaseGone)
    assert explain(psycopg.errors.DeadlockDetected("deadlock")) is None
    assert explain(psycopg.errors.QueryCanceled("statement timeout")) is None
    assert explain(OSError(errno.ENOENT, "No such file")) is None
    assert explain(ValueError("x")) is None
    assert explain(None) is None


def test_an_error_is_found_behind_the_one_that_it_caused():
    def work():
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise RuntimeError("the step failed") from error

    with pytest.raises(RuntimeError) as caught:
        work()
    assert isinstance(explain(caught.value), DiskFull)


# Lost connection


@contextmanager
def without_database():
    """Nobody listens where it was."""
    kept = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT=str(find_free_port()))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_lost_database_is_said_in_the_language_of_the_page(owner, client_as, language):
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE=language)
    client.raise_request_exception = False
    with without_database():
        for path in ("/", "/customers/"):
            answer = client.get(path)

            page = answer.content.decode()
            assert answer.status_code == 503, path
            assert KEPT[language] in page
            assert f'lang="{language}"' in page
            assert answer.headers["Retry-After"] == "30"


@pytest.mark.django_db(transaction=True)
def test_a_program_gets_json_and_a_panel_a_notice(owner, client_as):
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    client.raise_request_exception = False
    with without_database():
        told = client.get("/customers/", HTTP_ACCEPT="application/json")
        assert (told.status_code, told.json()["status"]) == (503, 503)
        assert told.headers["Content-Type"] == "application/problem+json"
        panel = client.get("/customers/", HTTP_HX_REQUEST="true").content.decode()
        assert KEPT["en"] in panel
        assert "<html" not in panel


@pytest.mark.django_db(transaction=True)
def test_pages_work_again_when_the_database_is_back(owner, client_as):
    """Its sessions are ended, as by a restart of the server."""
    client = client_as(owner)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
    client.raise_request_exception = False
    assert client.get("/customers/").status_code == 503

    close_old_connections()  # as between the requests of a real server
    assert client.get("/customers/").status_code == 200


def test_the_command_line_says_that_the_database_does_not_answer(tmp_path):
    url = f"postgresql://wafaa@127.0.0.1:{find_free_port()}/wafaa"

    told = run_wafaa(tmp_path, "facts", "sync", "--lang", "ar", WAFAA_DATABASE_URL=url)

    assert told.returncode == 1
    assert "لا تستجيب" in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr


# Full and read-only disks


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("read_only", "status", "words"),
    [
        (False, 507, {"en": "The disk is full", "ar": "القرص ممتلئ"}),
        (True, 503, {"en": "only be read", "ar": "للقراءة فقط"}),
    ],
)
def test_an_upload_that_finds_no_room_is_refused_whole(
    owner, client_as, settings, tmp_path, read_only, status, words
):
    upload = b"order id,date,customer id,quantity,unit price\n" + b"1,2025-01-01,7,1,10\n" * 100_000
    with small_disk(tmp_path / "disk", "1m", read_only=read_only) as disk:
        settings.FILES_ROOT = disk / "files"
        for language, word in words.items():
            client = client_as(owner, HTTP_ACCEPT_LANGUAGE=language)
            client.raise_request_exception = False
            answer = client.post("/imports/", {"file": SimpleUploadedFile("orders.csv", upload)})

            assert answer.status_code == status, answer.content.decode()
            assert word in answer.content.decode()
            assert KEPT[language] in answer.content.decode()
        assert Import.objects.count() == 0
        assert [path for path in disk.rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_a_backup_on_a_full_disk_leaves_the_earlier_one(tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        (disk / "filler").write_bytes(b"x" * 900_000)
        with pytest.raises(BackupFailed, match="No space left"):
            make_backup(disk / "shop.backup")
        assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_database_on_a_full_disk_says_so_and_keeps_what_was_committed(tmp_path):
    """A server of its own on a real small disk; without room for its log it even stops, and recovers."""
    with small_disk(tmp_path / "disk", "160m") as disk:
        disk.chmod(0o755)
        server = EmbeddedPostgres(disk / "pg", fast=True)
        try:
            with psycopg.connect(server.start(), autocommit=True) as session:
                session.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
                session.execute("CHECKPOINT")
                with pytest.raises(psycopg.OperationalError) as caught:
                    session.execute(
                        "CREATE TABLE large AS SELECT repeat('x', 900) FROM generate_series(1, 300000)"
                    )
            assert isinstance(explain(caught.value), DiskFull | DatabaseGone)
        finally:
            server.stop()
        subprocess.run([*as_root(), "mount", "-o", "remount,size=400m", str(disk)], check=True)
        try:
            with psycopg.connect(server.start()) as session:
                assert session.execute("SELECT count(*), to_regclass('large') FROM kept").fetchone() == (
                    1000,
                    None,
                )
        finally:
            server.stop()


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
sys.argv = ["wafaa", *sys.argv[1:]]
from wafaa.run.cli import main
main()
"""


@pytest.mark.django_db(transaction=True)
def test_the_command_line_says_that_no_more_can_be_written(tmp_path):
    given = connection.get_connection_params()
    url = psycopg.conninfo.make_conninfo(
        **{name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    )
    connection.close()
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, "backup", str(tmp_path / "shop.backup"), "--lang", "ar"],
        env={**os.environ, "WAFAA_DATABASE_URL": url, "WAFAA_HOME": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1, told.stderr
    assert "لم تُنشأ النسخة" in told.stderr
    assert "Traceback" not in told.stderr
    assert not list(tmp_path.glob("*shop*"))


@pytest.mark.django_db(transaction=True)
def test_a_database_that_became_read_only_is_said(owner, client_as):
    """As after a fault of its disk, or on a standby."""
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        with pytest.raises(DatabaseError), transaction.atomic():
            Import.objects.create(created_at=datetime.now(UTC), changed_at=datetime.now(UTC), size_bytes=1)
        answer = client.post("/imports/", {"file": SimpleUploadedFile("orders.csv", b"order id\n1\n")})
        assert (answer.status_code, "only be read" in answer.content.decode()) == (503, True)
    finally:
        connection.close()
    assert Import.objects.count() == 0


# What is said before anything is lost


def read_page(person, client_as, language):
    return client_as(person, HTTP_ACCEPT_LANGUAGE=language).get("/settings/").content.decode()


@pytest.mark.django_db
def test_a_failing_backup_is_said_to_those_who_can_mend_it(owner, cashier, client_as, home):
    assert "backup" not in read_page(owner, client_as, "en")
    note_failure(BackupFailed(reason="No space left on device"))
    troubles.look_anew()

    assert "No space left on device" in read_page(owner, client_as, "en")
    assert "فشلت النسخة الاحتياطية" in read_page(owner, client_as, "ar")
    assert "No space left" not in client_as(cashier).get("/customers/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_was_set_back_is_said(owner, client_as, home):
    register_functions()
    sync_facts()
    assert "set back" not in read_page(owner, client_as, "en")
    with fixed_at(datetime.now(UTC) + timedelta(days=2)):
        sync_facts()
    troubles.look_anew()

    assert "it was set back. Nothing is lost." in read_page(owner, client_as, "en")
    assert "أُرجعت إلى الوراء" in read_page(owner, client_as, "ar")


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_said(owner, client_as, settings, tmp_path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        settings.HOME = Path(disk)
        assert "4 MB are left" in read_page(owner, client_as, "en")
        troubles.look_anew()
        assert "القرص يكاد يمتلئ" in read_page(owner, client_as, "ar")
