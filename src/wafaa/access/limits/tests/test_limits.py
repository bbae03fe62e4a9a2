import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from wafaa.access.limits.actions import forget_full, give_back, take, take_all
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.limits.models import Allowance
from wafaa.access.limits.rules import EXPORT, SIGN_IN_ACCOUNT, Limit
from wafaa.kit.clock import fixed_at

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
THREE = Limit(name="test", burst=3, every_s=60)


def take_at(moment: datetime, subject: str = "noura") -> int:
    """0 when it was allowed, else how long to wait."""
    with fixed_at(moment):
        try:
            take(THREE, subject)
        except TooManyAttempts as error:
            return error.retry_after_s
    return 0


def test_so_many_at_once_then_one_every_minute(db):
    assert [take_at(NOON) for _ in range(4)] == [0, 0, 0, 60]

    later = NOON + timedelta(seconds=59)
    assert take_at(later) == 1
    assert take_at(NOON + timedelta(seconds=60)) == 0
    assert take_at(NOON + timedelta(seconds=60)) == 60
    assert [take_at(NOON + timedelta(hours=1)) for _ in range(4)] == [0, 0, 0, 60]


def test_one_persons_limit_is_not_anothers(db):
    for _ in range(3):
        take_at(NOON)

    assert take_at(NOON) == 60
    assert take_at(NOON, "salem") == 0


def test_what_is_given_back_may_be_taken_again(db):
    with fixed_at(NOON):
        for _ in range(3):
            take(THREE, "noura")
        give_back((THREE, "noura"))
        take(THREE, "noura")

        with pytest.raises(TooManyAttempts):
            take(THREE, "noura")


def test_of_several_limits_all_are_taken_or_none(db):
    one = Limit(name="one", burst=1, every_s=60)
    with fixed_at(NOON):
        take_all((THREE, "noura"), (one, "noura"))
        for _ in range(5):
            with pytest.raises(TooManyAttempts):
                take_all((THREE, "noura"), (one, "noura"))
        take(THREE, "noura")
        take(THREE, "noura")


def test_a_clock_that_was_set_back_locks_nobody_out_for_long(db):
    for _ in range(3):
        take_at(NOON + timedelta(days=30))

    assert take_at(NOON) <= 60
    assert take_at(NOON + timedelta(seconds=60)) <= 60


def test_fewer_than_a_hundred_passwords_an_hour_can_be_tried_on_one_account(db):
    allowed = 0
    for second in range(0, 3600, 5):
        with fixed_at(NOON + timedelta(seconds=second)):
            try:
                take(SIGN_IN_ACCOUNT, "noura@example.com")
                allowed += 1
            except TooManyAttempts:
                continue

    assert 30 < allowed < 100


@pytest.mark.parametrize(
    ("language", "seconds", "sentence"),
    [
        ("en", 1, "Wait 1 second, then"),
        ("en", 90, "Wait 90 seconds, then"),
        ("en", 91, "Wait 2 minutes, then"),
        ("ar", 1, "انتظر ثانية واحدة ثم"),
        ("ar", 10, "انتظر 10 ثوانٍ ثم"),
        ("ar", 60, "انتظر 60 ثانية ثم"),
        ("ar", 120, "انتظر دقيقتين ثم"),
        ("ar", 1200, "انتظر 20 دقيقة ثم"),
    ],
)
def test_the_wait_is_said_in_the_readers_language(language, seconds, sentence):
    with translation.override(language):
        assert sentence in str(TooManyAttempts(retry_after_s=seconds))


def test_nobodys_address_can_be_read_in_the_table(db):
    take_at(NOON, "noura@example.com")

    row = Allowance.objects.get()
    assert "noura" not in row.key
    assert len(row.key) == 64


def test_whole_allowances_are_cleaned_away(db):
    take_at(NOON)
    with fixed_at(NOON + timedelta(seconds=30)):
        assert forget_full() == 0
    with fixed_at(NOON + timedelta(seconds=61)):
        assert forget_full() == 1


@pytest.mark.django_db(transaction=True)
def test_processes_share_a_limit_without_racing():
    """Each thread has a connection of its own, as each process has."""
    allowed: list[int] = []
    gate = threading.Barrier(4)

    def hammer() -> None:
        taken = 0
        gate.wait()
        with fixed_at(NOON):
            for _ in range(25):
                try:
                    take(EXPORT, "noura")
                    taken += 1
                except TooManyAttempts:
                    continue
        allowed.append(taken)
        connection.close()

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(allowed) == EXPORT.burst


def test_limits_can_be_turned_off_for_load_tests(db, settings):
    settings.RATE_LIMITS = False

    assert [take_at(NOON) for _ in range(10)] == [0] * 10
    assert not Allowance.objects.exists()
