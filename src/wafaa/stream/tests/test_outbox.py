"""The outbox's rows: asked for once, claimed by one, settled, tried again, given up."""

import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from tests.build import NOON

from wafaa.kit import clock
from wafaa.stream import outbox
from wafaa.stream.models import Attempt, Destination, Effect
from wafaa.stream.outbox import Kind, NewEffect, Outcome, Verdict

pytestmark = pytest.mark.django_db

ME, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
KIND = Kind(name="test", prepare=lambda effects: {}, width=2)
DELIVERED = Outcome(verdict=Verdict.DELIVERED, status=200)
FAILED = Outcome(verdict=Verdict.FAILED, status=500, error="status")


def ask(*keys, to="there", **given):
    return outbox.enqueue(kind="test", effects=[NewEffect(key=key, destination=to, **given) for key in keys])


def claim(limit=100, sender=ME, kind=KIND):
    return outbox.claim(kind=kind, sender=sender, limit=limit)


def settle(effect, outcome, sender=ME):
    return outbox.settle(kind=KIND, sender=sender, effect=effect, outcome=outcome)


def try_once(outcome, sender=ME):
    (effect,) = claim(limit=1, sender=sender)
    assert settle(effect, outcome, sender)
    return Effect.objects.get(pk=effect.id)


def test_an_effect_is_kept_once_per_key():
    assert ask("a", "b", payload={"n": 1}, subject="7") == 2
    assert ask("b", "c", payload={"n": 2}) == 1

    assert list(Effect.objects.order_by("id").values_list("key", "subject", "payload", "state")) == [
        ("a", "7", {"n": 1}, "pending"),
        ("b", "7", {"n": 1}, "pending"),
        ("c", "", {"n": 2}, "pending"),
    ]
    assert Destination.objects.get().name == "there"
    assert outbox.enqueue(kind="test", effects=[]) == 0


def test_it_goes_with_its_transaction():
    with transaction.atomic():
        ask("a")
        transaction.set_rollback(True)

    assert not Effect.objects.exists()


def test_a_claimed_effect_is_one_senders_alone():
    ask("a", payload={"what": "ever"}, subject="7")

    (mine,) = claim()

    assert (mine.key, mine.destination, mine.subject, mine.payload) == ("a", "there", "7", {"what": "ever"})
    assert mine.attempts == 1
    assert claim(sender=OTHER) == []
    assert not settle(mine, DELIVERED, sender=OTHER)
    assert settle(mine, DELIVERED)
    assert not settle(mine, DELIVERED)
    row = Effect.objects.get()
    assert (row.state, row.uuid, row.sender, row.leased_until) == ("delivered", mine.uuid, None, None)


def test_other_kinds_are_left_alone():
    ask("a")

    assert claim(kind=Kind(name="other", prepare=lambda effects: {})) == []


def test_a_destination_has_no_more_in_flight_than_its_width_and_others_come_meanwhile():
    ask("a1", "a2", "a3", to="a")
    ask("b1", to="b")

    assert {effect.key for effect in claim()} == {"a1", "a2", "b1"}
    assert claim(sender=OTHER) == []


@pytest.mark.parametrize("took_ms", [outbox.SLOW_MS, outbox.SLOW_MS + 1])
def test_who_answers_slowly_gets_one_at_a_time_until_it_is_fast_again(took_ms):
    ask("a1", "a2", "a3", "a4")
    first, second = claim()

    settle(first, Outcome(verdict=Verdict.DELIVERED, took_ms=took_ms))
    settle(second, Outcome(verdict=Verdict.DELIVERED, took_ms=took_ms))

    slow = took_ms > outbox.SLOW_MS
    assert Destination.objects.get().is_slow is slow
    assert len(claim()) == (1 if slow else 2)


def test_a_failure_is_tried_again_ever_more_patiently_until_three_days_are_over():
    with clock.fixed_at(NOON):
        ask("a")
    now, waits = NOON, []
    while True:
        with clock.fixed_at(now):
            Destination.objects.update(rests_until=None)
            row = try_once(FAILED)
        if row.state == "parked":
            break
        waits.append((row.due_at - now).total_seconds())
        with clock.fixed_at(row.due_at - timedelta(seconds=0.1)):
            assert claim() == []
        now = row.due_at

    assert now == NOON + timedelta(days=3)
    planned = [*outbox.WAITS_S, *[outbox.WAITS_S[-1]] * 9]
    for wait, plan in zip(waits[:-1], planned, strict=False):
        assert 0.8 * plan <= wait <= 1.2 * plan
    assert row.settled_at == now
    assert Attempt.objects.count() == row.attempts == len(waits) + 1


def test_a_destination_may_ask_for_more_time():
    with clock.fixed_at(NOON):
        ask("a")
        row = try_once(Outcome(verdict=Verdict.FAILED, status=429, retry_after_s=1000))
    assert row.due_at == NOON + timedelta(seconds=1000)


def test_what_will_never_succeed_is_parked_and_what_is_not_wanted_cancelled():
    ask("a", "b")

    assert try_once(Outcome(verdict=Verdict.PARKED)).state == "parked"
    assert try_once(Outcome(verdict=Verdict.CANCELLED)).state == "cancelled"
    assert Destination.objects.get().failures == 1


def test_every_try_is_noted_with_the_beginning_of_the_answer():
    with clock.fixed_at(NOON):
        ask("a")
        try_once(
            Outcome(
                verdict=Verdict.FAILED, status=503, answer="no\x00" + "x" * 9999, error="status", took_ms=250
            )
        )

    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.error, attempt.took_ms) == (503, "status", 250)
    assert attempt.at == NOON - timedelta(milliseconds=250)
    assert attempt.answer == ("no" + "x" * 9999)[: outbox.ANSWER_CHARS_MAX]


def test_a_destination_that_keeps_failing_rests_longer_and_longer_and_one_asks_whether_it_is_well():
    with clock.fixed_at(NOON):
        ask(*"abcdefgh")
        for count in range(1, 7):
            Destination.objects.update(rests_until=None)
            try_once(FAILED)
            rests = Destination.objects.get().rests_until
            assert rests == (None if count < 5 else NOON + timedelta(seconds=15 * 2 ** (count - 5)))
        assert claim() == []  # nobody is asked while it rests
        assert Destination.objects.get().failing_since == NOON

    with clock.fixed_at(NOON + timedelta(seconds=30)):
        (probe,) = claim()
        settle(probe, DELIVERED)
        there = Destination.objects.get()
        assert (there.failures, there.failing_since, there.rests_until) == (0, None, None)
        assert len(claim()) == KIND.width


def test_a_failure_of_ours_blames_nobody():
    ask("a")

    try_once(Outcome(verdict=Verdict.FAILED, blames_destination=False))

    assert Destination.objects.get().failures == 0


def test_a_dead_senders_effects_are_taken_over_under_the_same_id():
    with clock.fixed_at(NOON):
        ask("a")
        (lost,) = claim()
    with clock.fixed_at(NOON + timedelta(seconds=outbox.LEASE_S)):
        assert outbox.free_lost() == 0
    with clock.fixed_at(NOON + timedelta(seconds=outbox.LEASE_S + 0.001)):
        assert outbox.free_lost() == 1
        (again,) = claim(sender=OTHER)
        assert (again.uuid, again.attempts) == (lost.uuid, 2)
        assert not settle(lost, DELIVERED)  # who was only thought dead changes nothing any more
        assert settle(again, DELIVERED, sender=OTHER)

    assert list(Attempt.objects.values_list("error", "status")) == [("sender_lost", None), ("", 200)]


def test_who_renews_stays_alive():
    with clock.fixed_at(NOON):
        ask("a", "b")
        mine = claim(limit=1)
        claim(limit=1, sender=OTHER)
    with clock.fixed_at(NOON + timedelta(seconds=4)):
        assert outbox.renew(sender=ME, ids=[effect.id for effect in mine]) == 1
    with clock.fixed_at(NOON + timedelta(seconds=8)):
        assert outbox.free_lost() == 1
        assert settle(mine[0], DELIVERED)


def test_over_whom_senders_keep_dying_waits_longer_and_is_given_up_in_the_end():
    with clock.fixed_at(NOON):
        ask("a")
    now = NOON
    for _death in range(3):
        with clock.fixed_at(now):
            assert len(claim()) == 1
        now += timedelta(seconds=6)
        with clock.fixed_at(now):
            outbox.free_lost()
    assert Effect.objects.get().due_at == now + timedelta(minutes=3)

    Effect.objects.update(due_at=NOON, retry_until=NOON)
    with clock.fixed_at(now):
        claim()
    with clock.fixed_at(now + timedelta(seconds=6)):
        outbox.free_lost()
    assert Effect.objects.get().state == "parked"


def test_what_waits_for_a_destination_that_failed_for_three_days_is_given_up_and_what_was_only_not_asked_is_not():
    with clock.fixed_at(NOON):
        ask("a", to="failing")
        ask("b", to="unasked")
    Destination.objects.filter(name="failing").update(failing_since=NOON)

    with clock.fixed_at(NOON + timedelta(days=3, hours=1, seconds=1)):
        outbox.free_lost()

    assert dict(Effect.objects.values_list("key", "state")) == {"a": "parked", "b": "pending"}


def test_pausing_keeps_and_going_on_sends():
    ask("a")
    Destination.objects.update(failures=9, failing_since=NOON, rests_until=clock.now() + timedelta(days=1))

    outbox.pause(destination="there", paused=True)
    assert claim() == []
    outbox.pause(destination="there", paused=False)

    assert [effect.key for effect in claim()] == ["a"]


def test_cancelling_and_giving_up_take_what_waits_and_nothing_in_flight():
    ask("a", "b", to="one")
    ask("c", to="two")
    (flying,) = claim(limit=1)

    assert outbox.cancel(destination="one") == 1
    assert outbox.park(destination="two") == 1

    assert flying.key == "a"
    assert dict(Effect.objects.values_list("key", "state")) == {
        "a": "in_flight",
        "b": "cancelled",
        "c": "parked",
    }


def test_a_settled_effect_is_done_again_under_its_old_id():
    with clock.fixed_at(NOON):
        ask("a", "b", "c")
        first = try_once(Outcome(verdict=Verdict.PARKED))
        claim(limit=1)
    with clock.fixed_at(NOON + timedelta(days=9)):
        ids = list(Effect.objects.values_list("pk", flat=True))
        assert outbox.repeat(destinations=["elsewhere"], ids=ids) == 0
        assert outbox.repeat(destinations=["there"], ids=ids) == 1

    again = Effect.objects.get(pk=first.pk)
    assert (again.state, again.uuid, again.attempts, again.settled_at) == ("pending", first.uuid, 0, None)
    assert again.retry_until == NOON + timedelta(days=12)
    assert Attempt.objects.filter(effect=first).count() == 1


def test_after_thirty_days_what_is_settled_is_forgotten():
    with clock.fixed_at(NOON):
        ask("a", "b")
        try_once(DELIVERED)
    with clock.fixed_at(NOON + timedelta(days=30)):
        assert outbox.prune() == 0
    with clock.fixed_at(NOON + timedelta(days=30, seconds=1)):
        assert outbox.prune() == 1

    assert (Effect.objects.get().key, Attempt.objects.count()) == ("b", 0)


def test_a_persons_effects_are_forgotten_and_no_others():
    ask("a", subject="7")
    ask("b", subject="8")
    ask("c")
    try_once(DELIVERED)

    assert outbox.forget_subjects(kind="test", distinct_ids=["7", ""]) == 1
    assert outbox.forget_subjects(kind="other", distinct_ids=["8"]) == 0

    assert list(Effect.objects.order_by("key").values_list("key", flat=True)) == ["b", "c"]
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asking_wakes_the_senders_when_the_transaction_commits():
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings, autocommit=True) as listener:
        listener.execute(f"LISTEN {outbox.CHANNEL}")
        with transaction.atomic():
            ask("a")
            assert list(listener.notifies(timeout=0.05, stop_after=1)) == []
        assert len(list(listener.notifies(timeout=30, stop_after=1))) == 1


@pytest.mark.django_db(transaction=True)
def test_senders_that_race_never_get_the_same_effect():
    ask(*map(str, range(60)), to="a")
    ask(*map(str, range(60, 120)), to="b")
    kind = Kind(name="test", prepare=lambda effects: {}, width=1000)
    barrier, taken = threading.Barrier(4), []

    def race(number):
        sender = uuid.UUID(int=number)
        try:
            barrier.wait(30)
            while got := outbox.claim(kind=kind, sender=sender, limit=5):
                taken.extend(effect.key for effect in got)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[number]) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(taken) == len(set(taken))
    # where all rows were locked for a moment, a racer went home early
    assert set(taken) | {effect.key for effect in claim(limit=500, kind=kind)} == set(map(str, range(120)))
