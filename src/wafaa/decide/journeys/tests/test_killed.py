"""Killed at any question to the database, or beside another worker: nobody is forgotten, nobody gets it twice."""

import threading

import pytest
from django.db import connection

from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_template, turn
from wafaa.decide.experiments.models import Exposure
from wafaa.decide.journeys.actions import (
    go_on,
    launch_campaign,
    pause_automation,
    release_runs,
    switch_off,
    switch_on,
    walk_campaigns,
)
from wafaa.decide.journeys.actions.automations import mark_off
from wafaa.decide.journeys.models import Campaign, Run
from wafaa.decide.journeys.rules import Delay, Once, OnEvent, Plan, Unless
from wafaa.decide.journeys.tests.build import (
    DAY,
    MORNING,
    ORDER,
    happen,
    make_automation,
    make_campaign,
    make_readers,
    make_segment,
    make_shop,
    order_all,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.stream.models import Effect, Event

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class KillAt:
    """Ends the work at the given question to the database, before it is asked."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if self.left == 0:
            raise Killed
        self.left -= 1
        return execute(sql, params, many, context)


def kill_everywhere(work, check=lambda: None):
    """Does the work, killed at its first question, then at its second, and so on, until one time it comes to its end; after each
    kill it is checked what was left.
    """
    number = 0
    while True:
        killer = KillAt(number)
        try:
            with connection.execute_wrapper(killer):
                work()
        except Killed:
            number += 1
            check()
            continue
        return number


@pytest.fixture(autouse=True)
def shop():
    with clock.fixed_at(MORNING):
        make_shop()
        yield


def thank(**changes):
    return Plan(
        **{
            "trigger": OnEvent(names=(ORDER,)),
            "template": make_template().uuid,
            "delay": Delay(),
            "unless": (Unless(name="Order Cancelled", same=True),),
            "once": Once.ORDER,
            "control_bp": 3_000,
            **changes,
        }
    )


def count_all(reason):
    """Messages, those of them that may go, what waits in the outbox, and who came into the experiment."""
    messages = Message.objects.filter(sending__reason=reason)
    queued = messages.filter(state="queued")
    assert {f"message:{own}" for own in queued.values_list("uuid", flat=True)} == set(
        Effect.objects.values_list("key", flat=True)
    )
    told = Event.objects.filter(name="Experiment Viewed").values_list("distinct_id", "properties")
    assert len({(who, told["experiment_id"]) for who, told in told}) == len(told)
    return messages.count(), queued.count(), len(told)


def test_a_campaign_killed_at_every_question_reaches_everybody_once(manager):
    people = make_readers(7)
    campaign = launch_campaign(campaign=make_campaign(make_segment(*people), control_bp=3_000), by=manager)

    def work():
        while walk_campaigns(chunk=3):
            pass

    kills = kill_everywhere(work)

    messages, queued, exposed = count_all(campaign.reason)
    assert (messages, exposed) == (7, 7)
    aside = Message.objects.filter(sending__reason=campaign.reason, state="refused", why="control").count()
    assert queued + aside == 7
    campaign.refresh_from_db()
    assert (campaign.state, campaign.people) == ("sent", 7)
    assert kills > 20


def test_an_automation_killed_at_every_question_reaches_everybody_once():
    make_readers(6)
    automation = make_automation(thank())
    order_all(count=6)

    def work():
        while release_runs(chunk=2):
            pass

    kills = kill_everywhere(work)

    messages, _queued, exposed = count_all(automation.reason)
    assert (messages, exposed) == (6, 6)
    assert Run.objects.exclude(state__in=["sent", "control"]).count() == 0
    assert kills > 20


def test_switching_off_killed_at_every_question_leaves_nobody_on_the_way():
    make_readers(4)
    automation = make_automation(thank(delay=Delay(minutes=60)))
    order_all(count=4)

    kill_everywhere(lambda: switch_off(automation=automation, by=None))

    assert set(Run.objects.values_list("state", "why")) == {("ended", "switched_off")}


def test_a_paused_one_that_is_switched_off_lets_nothing_go_wherever_it_is_killed():
    make_readers(3)
    automation = make_automation(thank(control_bp=0))
    order_all(count=3)
    turn_until_quiet()
    pause_automation(automation=automation, by=None)
    order_all(count=3, number="8")

    def check():
        assert turn() == []

    kill_everywhere(lambda: switch_off(automation=automation, by=None), check)

    assert set(Run.objects.values_list("state", "why")) == {("ended", "switched_off")}
    assert list(Message.objects.values_list("state", "why")) == [("cancelled", "switched_off")] * 3
    switch_on(automation=automation, by=None)
    order_all(count=3, number="9")
    turn_until_quiet()
    assert Message.objects.filter(state="queued", sending__state="running").count() == 3


def test_what_a_kill_left_of_switching_off_does_not_go_when_it_is_switched_on_again():
    make_readers(3)
    automation = make_automation(thank(control_bp=0))
    order_all(count=3)
    turn_until_quiet()
    mark_off(automation, None)

    switch_on(automation=automation, by=None)

    assert list(Message.objects.values_list("state", "why")) == [("cancelled", "switched_off")] * 3


def run_beside(*works):
    """Each in a thread of its own, begun at the same time."""
    gate, errors = threading.Barrier(len(works)), []

    def do(work):
        try:
            with clock.fixed_at(MORNING + DAY):
                gate.wait()
                work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[work]) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []


def go_on_until_quiet():
    while go_on():
        pass


def test_two_workers_at_once_ask_for_each_message_once(manager):
    people = make_readers(40)
    launched = launch_campaign(campaign=make_campaign(make_segment(*people), control_bp=3_000), by=manager)
    automation = make_automation(thank())
    order_all(count=20)

    def work():
        while walk_campaigns(chunk=7) + release_runs(chunk=3):
            pass

    run_beside(work, work, work)
    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()

    assert Message.objects.filter(sending__reason=launched.reason).count() == 40
    assert Message.objects.filter(sending__reason=automation.reason).count() == 20
    assert Campaign.objects.get().people == 40
    exposed = Event.objects.filter(name="Experiment Viewed").values_list("properties", flat=True)
    assert len(exposed) == 60
    assert Exposure.objects.filter(experiment=Campaign.objects.get().experiment).count() == 40


def test_what_makes_it_needless_beside_the_release_ends_with_one_answer():
    """Either the run ended first, or its message was handed over and taken back: it never stays in the outbox."""
    make_readers(12)
    make_automation(thank(control_bp=0))
    order_all(count=12)

    def cancel():
        for number in range(12):
            happen("Order Cancelled", customer=f"r{number:03}", order_id="7")

    run_beside(cancel, go_on_until_quiet)

    assert set(Run.objects.values_list("state", "why")) == {("ended", "unless")}
    assert Effect.objects.filter(state="pending").count() == 0
    assert Message.objects.exclude(state="cancelled").count() == 0
