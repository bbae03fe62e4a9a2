"""A write with an Idempotency-Key is done once."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from tests.build import make_customer

from wafaa.access.audit.models import Change
from wafaa.access.keys.models import ApiKey
from wafaa.kit import clock
from wafaa.show.api.actions import Answer, answer_once, forget_answers
from wafaa.show.api.errors import IdempotencyKeyInUse
from wafaa.show.api.models import RememberedAnswer
from wafaa.show.api.tests.calls import make_key, patch

ONCE = {"Idempotency-Key": "step-1"}


@pytest.fixture
def key(db):
    return make_key("write")


def count_changes():
    return Change.objects.filter(deed="change_customer").count()


def test_a_repeat_gets_the_first_answer_and_does_nothing(key):
    person = make_customer("1", name="Mona")
    address = f"/v1/customers/{person.uuid}"
    first = patch(address, {"name": "Muna"}, key=key, headers=ONCE)
    patch(address, {"name": "Other"}, key=key)
    again = patch(address, {"name": "Muna"}, key=key, headers=ONCE)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    person.refresh_from_db()
    assert person.name == "Other"
    assert count_changes() == 2


def test_the_same_key_with_another_request_is_refused(key):
    person, other = make_customer("1"), make_customer("2")
    patch(f"/v1/customers/{person.uuid}", {"name": "Muna"}, key=key, headers=ONCE)

    for address, body in ((person, {"name": "Mona"}), (other, {"name": "Muna"})):
        response = patch(f"/v1/customers/{address.uuid}", body, key=key, headers=ONCE)
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert count_changes() == 1


def test_two_api_keys_may_use_the_same_idempotency_key(key):
    person = make_customer("1")
    patch(f"/v1/customers/{person.uuid}", {"name": "Muna"}, key=key, headers=ONCE)
    response = patch(f"/v1/customers/{person.uuid}", {"name": "Mona"}, key=make_key("write"), headers=ONCE)

    assert response.status_code == 200
    assert response.json()["name"] == "Mona"


def test_what_failed_may_be_sent_again_with_the_same_key(key):
    person = make_customer("1")
    address = f"/v1/customers/{person.uuid}"
    assert patch(address, {"email": "wrong"}, key=key, headers=ONCE).status_code == 422
    assert (
        patch(address, {"email": "right@example.com"}, key=make_key("read"), headers=ONCE).status_code == 403
    )
    assert RememberedAnswer.objects.count() == 0
    assert patch(address, {"email": "right@example.com"}, key=key, headers=ONCE).status_code == 200


def test_a_wrong_key_is_still_counted_under_an_idempotency_key(db, settings):
    settings.RATE_LIMITS = True
    person = make_customer("1")
    codes = [
        patch(f"/v1/customers/{person.uuid}", {}, key="wrong", headers=ONCE).status_code for _ in range(31)
    ]
    assert codes == [401] * 30 + [429]


@pytest.mark.parametrize("name", ["", "a b", "é", "x" * 256, "\x00"])
def test_a_name_that_is_no_key_is_refused(name, key):
    response = patch(
        f"/v1/customers/{make_customer().uuid}", {"name": "Muna"}, key=key, headers={"Idempotency-Key": name}
    )
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_wrong")
    assert count_changes() == 0


def test_after_a_day_it_is_forgotten(key):
    person = make_customer("1")
    address, start = f"/v1/customers/{person.uuid}", datetime(2026, 3, 1, tzinfo=UTC)
    for hours, replayed, body in ((0, None, "A"), (23, "true", "A"), (25, None, "B")):
        with clock.fixed_at(start + timedelta(hours=hours)):
            answer = patch(address, {"name": body}, key=key, headers=ONCE)
            assert answer.get("Idempotent-Replayed") == replayed
            assert answer.json()["name"] == body
    with clock.fixed_at(start + timedelta(hours=50)):
        assert forget_answers() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_the_second_waits_and_gets_the_firsts_answer():
    """Two connections: the first is held inside its work until the second has been seen waiting for it."""
    make_key("write")
    started, calls, answers = threading.Event(), [], {}

    def work(who, before_answering):
        def perform():
            calls.append(who)
            before_answering()
            return Answer(status=200, body=who)

        key = ApiKey.objects.get()
        answers[who] = answer_once(key=key, name="step-1", fingerprint="f", perform=perform)
        connection.close()

    def hold():
        started.set()
        wait_until_somebody_waits()

    first = threading.Thread(target=work, args=("first", hold))
    second = threading.Thread(target=lambda: (started.wait(10), work("second", lambda: None)))
    for thread in (first, second):
        thread.start()
    for thread in (first, second):
        thread.join(20)

    assert calls == ["first"]
    assert answers["first"] == Answer(status=200, body="first")
    assert answers["second"] == Answer(status=200, body="first", is_replayed=True)


@pytest.mark.django_db(transaction=True)
def test_when_the_first_fails_the_second_who_waited_does_the_work():
    make_key("write")
    started, calls = threading.Event(), []

    def fail():
        calls.append("first")
        started.set()
        wait_until_somebody_waits()
        raise ZeroDivisionError

    def work_first():
        with pytest.raises(ZeroDivisionError):
            answer_once(key=ApiKey.objects.get(), name="step-1", fingerprint="f", perform=fail)
        connection.close()

    first = threading.Thread(target=work_first)
    first.start()
    assert started.wait(10)
    answer = answer_once(
        key=ApiKey.objects.get(),
        name="step-1",
        fingerprint="f",
        perform=lambda: Answer(status=200, body="second"),
    )
    first.join(20)

    assert (calls, answer) == (["first"], Answer(status=200, body="second"))


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told_to_come_again():
    make_key("write")
    started, may_end = threading.Event(), threading.Event()

    def hold():
        started.set()
        may_end.wait(20)
        return Answer(status=200, body="first")

    def work_first():
        answer_once(key=ApiKey.objects.get(), name="step-1", fingerprint="f", perform=hold)
        connection.close()

    first = threading.Thread(target=work_first)
    first.start()
    assert started.wait(10)
    with pytest.raises(IdempotencyKeyInUse):
        answer_once(
            key=ApiKey.objects.get(),
            name="step-1",
            fingerprint="f",
            perform=lambda: Answer(status=200, body=""),
        )
    may_end.set()
    first.join(20)
    assert RememberedAnswer.objects.get().body == "first"


def wait_until_somebody_waits():
    """Polls, for what is waited for happens in another connection; the view is a snapshot unless it is cleared."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock' AND query ILIKE '%%show_api_claim%%'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
