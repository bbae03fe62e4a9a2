"""Backups by themselves: when, how many are kept, and what is said when one fails."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from wafaa.access.business.models import Business
from wafaa.kit.clock import fixed_at
from wafaa.run.backup.record import note_failure, note_made, read_record
from wafaa.run.backup.rules import choose_old, is_due, name_backup, read_name
from wafaa.run.backup.schedule import make_due_backup
from wafaa.run.backup.writing import Made
from wafaa.run.doctor import State, check_backup

NOON = datetime(2025, 3, 10, 12)  # noqa: DTZ001  (local, as the rules want it)


@pytest.mark.parametrize(
    ("last_made", "last_failed", "due"),
    [
        (None, None, True),
        (NOON - timedelta(hours=8), None, False),  # at 4 o'clock today
        (NOON - timedelta(hours=10), None, True),  # at 2 o'clock, before the hour
        (NOON - timedelta(days=3), None, True),  # the machine was off
        (NOON - timedelta(days=3), NOON - timedelta(minutes=10), False),
        (NOON - timedelta(days=3), NOON - timedelta(minutes=61), True),
        (NOON + timedelta(days=2), NOON + timedelta(days=1), True),  # the clock was set back
    ],
)
def test_a_backup_is_due_once_the_hour_has_struck(last_made, last_failed, due):
    assert is_due(now=NOON, hour=3, last_made=last_made, last_failed=last_failed) is due


def test_the_hour_of_yesterday_counts_before_todays():
    assert not is_due(now=NOON, hour=23, last_made=NOON - timedelta(hours=12), last_failed=None)


def test_days_and_weeks_are_kept_and_files_of_others_never_touched():
    # two a day for 60 days
    names = [name_backup(NOON - timedelta(hours=12 * number)) for number in range(120)]
    old = choose_old([*names, "orders.csv", "my.backup"], keep_daily=3, keep_weekly=2)

    kept = sorted((read_name(name) for name in set(names) - set(old)), reverse=True)
    assert kept == [
        NOON,  # Monday
        NOON - timedelta(days=1),
        NOON - timedelta(days=2),
    ]
    assert "orders.csv" not in old
    assert "my.backup" not in old
    assert choose_old(names[:1], keep_daily=0, keep_weekly=0) == []


def test_the_weeks_reach_further_back_than_the_days():
    names = [name_backup(NOON - timedelta(days=number)) for number in range(60)]
    old = choose_old(names, keep_daily=2, keep_weekly=4)

    kept = sorted((read_name(name) for name in set(names) - set(old)), reverse=True)
    # today and yesterday, which was the last day of its week; then the last days of two more weeks
    assert kept == [NOON, *(NOON - timedelta(days=days) for days in (1, 8, 15))]


@pytest.fixture
def schedule(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_KEEP_DAILY, settings.BACKUP_KEEP_WEEKLY = 2, 1
    return tmp_path / "backups"


def list_backups(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.django_db(transaction=True)
def test_one_is_made_a_day_and_old_ones_go(schedule):
    Business.objects.update_or_create(id=1, defaults={"time_zone": "Asia/Riyadh"})
    for day in (10, 11, 12):
        with fixed_at(datetime(2025, 3, day, 1, tzinfo=UTC)):  # 4 o'clock in Riyadh
            assert make_due_backup()
            assert make_due_backup() is None

    assert list_backups(schedule) == ["wafaa-20250311-040000.backup", "wafaa-20250312-040000.backup"]
    record = read_record()
    assert record.file.endswith("wafaa-20250312-040000.backup")
    assert not record.is_failing


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_written_is_said_and_tried_again_later(schedule, settings):
    schedule.write_text("a file where the folder should be")

    assert make_due_backup() is None
    record = read_record()
    assert record.is_failing
    assert str(schedule) in record.reason
    schedule.unlink()
    assert make_due_backup() is None  # not before an hour has passed
    with fixed_at(record.failed_at + timedelta(hours=1, seconds=1)):
        assert make_due_backup()
    assert not read_record().is_failing


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_said_and_tried_again_later(schedule):
    given = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**given) as other:
        other.execute("LOCK TABLE know_orders_order")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        assert make_due_backup() is None
        connection.close()

    assert "lock timeout" in read_record().reason
    assert make_due_backup() is None
    assert list_backups(schedule) == []


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_cleared_away(schedule):
    schedule.mkdir()
    (schedule / ".wafaa-20250101-030000.backup.99999999.draft").write_text("half")

    made = make_due_backup()

    assert list_backups(schedule) == [made.name]


@pytest.mark.django_db
def test_nothing_is_made_without_a_folder(settings):
    settings.BACKUP_DIR = ""

    assert make_due_backup() is None


def test_the_doctor_tells_the_age_of_the_last_backup(schedule, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("WAFAA_HOME", str(settings.HOME))
    assert (check_backup().state, "none yet" in check_backup().detail) == (State.NOTE, True)
    file = tmp_path / "shop.backup"
    file.write_text("x")
    note_made(Made(file=file, size_bytes=1, seconds=1.0, rows={}))
    assert "on the same disk as the data" in check_backup().detail
    with fixed_at(datetime.now(UTC) + timedelta(hours=40)):
        assert (check_backup().state, check_backup().detail) == (State.BAD, f"40 hours old: {file}")
    file.unlink()
    assert (check_backup().state, check_backup().detail) == (State.BAD, f"{file} is gone")
    note_failure(OSError("No space left on device"))
    assert check_backup().state is State.BAD
    assert "No space left on device" in check_backup().detail
