"""Backups and their way back, on a real database: all or nothing, and every event once."""

import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from importlib import import_module

import msgspec
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.build import make_customer

from wafaa.know.customers.models import Customer
from wafaa.run.backup import archive
from wafaa.run.backup.errors import (
    BackupDamaged,
    BackupFailed,
    BackupTooNew,
    DatabaseInUse,
    DatabaseNotEmpty,
    FileTaken,
    ForeignTables,
    NotABackup,
    ProgramsMissing,
)
from wafaa.run.backup.restoring import restore_backup
from wafaa.run.backup.writing import make_backup
from wafaa.stream.actions import record_event
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Checkpoint, Event, ParkedEvent
from wafaa.stream.moving import forget_transactions, has_foreign_transactions
from wafaa.stream.parking import replay_parked
from wafaa.stream.queries import get_epoch, read_events
from wafaa.stream.rules import Consumer, NewEvent

pytestmark = pytest.mark.django_db(transaction=True)

# More transactions than a test server ever sees: ids of another, older cluster.
FAR_AHEAD = 3_000_000_000


class Reader:
    """A consumer that notes what it was given, and fails on some."""

    def __init__(self, name="test.reader", *, fails_on=(), lanes=1):
        self.seen = []
        self.fails_on = set(fails_on)
        self.consumer = Consumer(name=name, hears=("Order Completed",), handle=self.handle, lanes=lanes)

    def handle(self, heads):
        told = [event.message_id for event in read_events(heads)]
        if self.fails_on & set(told):
            raise ValueError("cannot be handled")
        self.seen += told

    def drain(self):
        """What it has been given since the last time."""
        self.seen.clear()
        drain_until_quiet([self.consumer])
        return list(self.seen)


def tell(message_id, distinct_id="someone"):
    record_event(
        event=NewEvent(
            message_id=message_id,
            type="track",
            name="Order Completed",
            distinct_id=distinct_id,
            occurred_at=datetime(2025, 3, 1, tzinfo=UTC),
        )
    )


def run_sql(query, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall() if cursor.description else None


def age_cluster():
    """As if all had been written by a cluster that is far ahead of this one."""
    for table, column in (
        ("stream_event", "xid"),
        ("stream_checkpoint", "xid"),
        ("stream_parkedevent", "xid"),
        ("know_customers_customer", "changed_in"),
    ):
        run_sql(f"UPDATE {table} SET {column} = ({column}::text::bigint + {FAR_AHEAD})::text::xid8")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "shop.backup"


def test_old_events_are_not_read_again_and_new_ones_once(file):
    reader = Reader()
    for number in range(5):
        tell(f"old-{number}")
    assert reader.drain() == [f"old-{number}" for number in range(5)]
    tell("waiting-1")
    tell("waiting-2")
    age_cluster()
    assert has_foreign_transactions()
    epoch = get_epoch()

    make_backup(file)
    restore_backup(file, replace=True)

    assert get_epoch() != epoch
    assert not has_foreign_transactions()
    tell("new-1")
    assert reader.drain() == ["waiting-1", "waiting-2", "new-1"]
    tell("new-2")
    tell("old-3")  # a message id stays known
    assert reader.drain() == ["new-2"]


def test_a_checkpoint_between_transactions_that_ran_at_once_stays_exact(file):
    """Positions are given before the commit: a later transaction may hold lower ones."""
    reader, other, idle = Reader(), Reader("test.other"), Reader("test.idle")
    for number in range(1, 7):
        tell(f"event-{number}", f"person-{number}")
    first = Event.objects.order_by("position").first().position
    # (transaction, position): 10: 1, 4; 11: 2, 3; 12: 5; 13: 6
    for number, xid in enumerate((10, 11, 11, 10, 12, 13)):
        run_sql("UPDATE stream_event SET xid = %s::text::xid8 WHERE position = %s", xid, first + number)
    for consumer, xid, position in (("test.reader", 10, first + 3), ("test.other", 12, first + 4)):
        run_sql(
            "INSERT INTO stream_checkpoint VALUES (%s, %s::text::xid8, %s, now())", consumer, xid, position
        )
    age_cluster()

    make_backup(file)
    restore_backup(file, replace=True)

    tell("new")
    assert reader.drain() == ["event-2", "event-3", "event-5", "event-6", "new"]
    assert other.drain() == ["event-6", "new"]
    assert sorted(idle.drain()) == sorted([*(f"event-{number}" for number in range(1, 7)), "new"])
    assert Event.objects.values("position").distinct().count() == 7


def test_parked_events_stay_parked_and_can_be_replayed(file):
    reader = Reader(fails_on=["bad"], lanes=2)
    tell("bad", "broken")
    tell("behind", "broken")
    tell("good", "other")
    assert reader.drain() == ["good"]
    age_cluster()

    make_backup(file)
    restore_backup(file, replace=True)

    tell("later", "broken")
    assert reader.drain() == []
    assert ParkedEvent.objects.count() == 3
    reader.fails_on.clear()
    assert replay_parked(consumer=reader.consumer, distinct_ids=["broken"]) == 3
    assert reader.seen == ["bad", "behind", "later"]


def test_a_database_that_was_copied_by_other_means_is_brought_in_order():
    reader = Reader()
    tell("old")
    reader.drain()
    age_cluster()

    forget_transactions()
    tell("new")

    assert reader.drain() == ["new"]


def test_rows_and_files_come_back_and_what_came_since_is_gone(file):
    kept = settings.FILES_ROOT / "imports" / "7" / "upload"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"order id,date\n")
    make_customer(name="نورة القحطاني")
    made = make_backup(file)
    assert made.rows["customers"] == 1
    make_customer(name="Came later")
    kept.write_bytes(b"overwritten")
    later = settings.FILES_ROOT / "later"
    later.write_text("x")

    restore_backup(file, replace=True)

    assert list(Customer.objects.values_list("name", flat=True)) == ["نورة القحطاني"]
    assert kept.read_bytes() == b"order id,date\n"
    assert not later.exists()
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if "backup" in path.name] == [file.name]


def test_a_session_that_was_ended_does_not_come_back(file):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.create()
    make_backup(file)
    restore_backup(file, replace=True)

    assert not session.exists(session.session_key)


def test_a_filled_database_is_replaced_only_when_asked(file):
    make_backup(file)
    make_customer(name="Stays")

    with pytest.raises(DatabaseNotEmpty):
        restore_backup(file)
    assert Customer.objects.count() == 1


def test_a_failure_in_the_middle_leaves_the_former_state(file):
    tell("in-backup")
    make_backup(file)
    make_customer(name="Stays")
    seen = []

    def stop(what, done, total):
        seen.append(what)
        if what == "Building the indexes":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_backup(file, replace=True, on_progress=stop)

    assert "Restoring the database" in seen
    assert Customer.objects.get().name == "Stays"
    restore_backup(file, replace=True)
    assert Customer.objects.count() == 0


KILLED = """
import os, signal, sys
from pathlib import Path
import django; django.setup()
from wafaa.run.backup.restoring import restore_backup


def kill(what, done, total):
    if what == "Building the indexes":
        os.kill(os.getpid(), signal.SIGKILL)


restore_backup(Path(sys.argv[1]), replace=True, on_progress=kill)
"""


def test_a_kill_in_the_middle_leaves_the_former_state(file, monkeypatch):
    make_backup(file)
    make_customer(name="Stays")
    given = connection.get_connection_params()
    url = psycopg.conninfo.make_conninfo(
        **{name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    )
    monkeypatch.setenv("WAFAA_DATABASE_URL", url)
    connection.close()

    killed = subprocess.run([sys.executable, "-c", KILLED, str(file)], capture_output=True, check=False)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Customer.objects.get().name == "Stays"


def test_a_damaged_backup_is_refused_before_anything_changes(file):
    tell("one")
    make_backup(file)
    make_customer(name="Stays")
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)

    with pytest.raises(BackupDamaged):
        restore_backup(file, replace=True)
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(NotABackup):
        restore_backup(file, replace=True)
    with pytest.raises(NotABackup):
        restore_backup(file.with_name("nothing"), replace=True)
    assert Customer.objects.get().name == "Stays"


def test_a_damaged_file_in_a_backup_is_refused_before_anything_changes(file):
    kept = settings.FILES_ROOT / "problems.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("line,column\n" * 10_000)
    make_backup(file)
    make_customer(name="Stays")
    content = bytearray(file.read_bytes())
    start = content.index(b"files/problems.csv") + 40
    content[start : start + 20] = b"\xff" * 20
    file.write_bytes(content)

    with pytest.raises(BackupDamaged, match=r"problems\.csv"):
        restore_backup(file, replace=True)
    assert Customer.objects.get().name == "Stays"


def rewrite(file, change):
    """The same backup with another manifest."""
    with zipfile.ZipFile(file) as old:
        told = msgspec.json.decode(old.read(archive.MANIFEST))
        contents = {name: old.read(name) for name in old.namelist() if name != archive.MANIFEST}
    change(told, contents)
    with zipfile.ZipFile(file, "w") as new:
        for name, content in contents.items():
            new.writestr(name, content)
        new.writestr(archive.MANIFEST, msgspec.json.encode(told))


def test_a_backup_of_a_newer_version_is_refused(file):
    make_backup(file)
    rewrite(file, lambda told, contents: told["migrations"].append(["stream", "0999_from_the_future"]))

    with pytest.raises(BackupTooNew):
        restore_backup(file, replace=True)

    rewrite(file, lambda told, contents: told.update(format=2, members={"another": "form"}))
    with pytest.raises(BackupTooNew):
        restore_backup(file, replace=True)


def test_a_file_that_would_lie_elsewhere_is_refused(file, tmp_path):
    settings.FILES_ROOT.mkdir(parents=True)
    (settings.FILES_ROOT / "a").write_text("x")
    make_backup(file)

    def lead_out(told, contents):
        contents["files/../../outside"] = contents.pop("files/a")
        told["members"][-1]["name"] = "files/../../outside"

    rewrite(file, lead_out)
    with pytest.raises(BackupDamaged):
        restore_backup(file, replace=True)
    assert not list(tmp_path.rglob("outside"))


def test_tables_of_others_are_not_dropped(file):
    make_backup(file)
    run_sql("CREATE TABLE somebody_elses (id int)")
    try:
        with pytest.raises(ForeignTables, match="somebody_elses"):
            restore_backup(file, replace=True)
    finally:
        run_sql("DROP TABLE somebody_elses")


def test_a_database_in_use_is_left_alone(file):
    make_backup(file)
    given = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**given), pytest.raises(DatabaseInUse):
        restore_backup(file, replace=True)


def test_no_program_fits(file, tmp_path, monkeypatch):
    monkeypatch.setenv("WAFAA_PG_BIN", str(tmp_path))

    with pytest.raises(ProgramsMissing, match="WAFAA_PG_BIN"):
        make_backup(file)
    assert not file.exists()


def test_an_earlier_backup_stays_when_a_new_one_fails(file):
    make_backup(file)
    before = file.read_bytes()

    def stop(what, done, total):
        raise OSError(28, "No space left on device")

    with pytest.raises(BackupFailed, match="No space left on device"):
        make_backup(file, on_progress=stop)
    assert file.read_bytes() == before
    assert list(file.parent.glob("*draft*")) == []


def test_a_file_that_is_no_backup_is_not_overwritten(tmp_path):
    taken = tmp_path / "orders.csv"
    taken.write_text("order id\n")

    with pytest.raises(FileTaken):
        make_backup(taken)
    assert taken.read_text() == "order id\n"


def test_recording_goes_on_while_a_backup_is_made(file):
    reader = Reader()

    def record(what, done, total):
        with psycopg.connect(
            **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
        ) as other:
            other.execute(
                "INSERT INTO stream_event (message_id, type, name, distinct_id, occurred_at, received_at, properties, context,"
                " source) VALUES ('meanwhile', 'track', 'Order Completed', 'x', now(), now(), '{}', '{}', '')"
            )

    tell("before")
    made = make_backup(file, on_progress=record)
    assert made.rows["events"] == 1
    assert reader.drain()[:2] == ["before", "meanwhile"]

    restore_backup(file, replace=True)
    assert reader.drain() == ["before"]
    assert Checkpoint.objects.count() == 1
