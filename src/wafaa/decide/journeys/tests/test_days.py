"""Birthdays by either calendar, anniversaries, new goods of a kind: gone through once, each on their own clock."""

from datetime import date, timedelta

import pytest

from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_reader, make_template
from wafaa.decide.journeys.actions import pause_automation, resume_automation, walk_sweeps
from wafaa.decide.journeys.models import Run, Sweep
from wafaa.decide.journeys.rules import Calendar, Delay, Once, OnDay, OnEvent, Plan, Reach, Yearly
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    happen,
    list_messages,
    list_states,
    make_automation,
    make_shop,
    turn_until_quiet,
)
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
MIDNIGHT = MORNING - 10 * HOUR  # in Riyadh


@pytest.fixture(autouse=True)
def shop():
    with clock.fixed_at(MIDNIGHT - DAY):
        make_shop()
        yield


def yearly(day=Yearly.BIRTHDAY, **changes):
    trigger = OnDay(day=day, **changes)
    return Plan(
        trigger=trigger, template=make_template().uuid, once=Once.YEAR, control_bp=0, patience_hours=24
    )


def step_hours(first, last, by=HOUR):
    """The clock goes on, and everything with it."""
    moment = first
    while moment <= last:
        with clock.fixed_at(moment):
            turn_until_quiet()
        moment += by


def test_a_birthday_is_greeted_at_nine_on_the_customers_own_clock_and_once_a_year():
    make_reader("riyadh", birthday="1990-11-22", country="SA")
    make_reader("auckland", birthday="1990-11-22", country="NZ", city="Auckland")
    make_reader("lisbon", birthday="1990-11-22", country="PT", city="Lisbon")
    make_reader("other", birthday="1990-11-23", country="SA")
    make_automation(yearly())

    step_hours(MIDNIGHT - DAY, MIDNIGHT + 20 * HOUR)

    due = dict(Run.objects.filter(what="year:2026").values_list("customer__external_id", "due_at"))
    assert {who: due[who] for who in ("riyadh", "auckland", "lisbon")} == {
        "riyadh": MORNING - HOUR,
        "auckland": MORNING - 11 * HOUR,
        "lisbon": MORNING + 2 * HOUR,
    }
    assert [row[:3] for row in list_messages()] == [
        ("auckland", "year:2026", "queued"),
        ("lisbon", "year:2026", "queued"),
        ("riyadh", "year:2026", "queued"),
    ]
    assert Sweep.objects.filter(done_at=None).count() == 0


def test_a_hijri_birthday_comes_in_another_month_each_year():
    make_reader(birthday="1990-03-27", country="SA")  # 1 Ramadan 1410
    with clock.fixed_at(MORNING.replace(month=2, day=17)):
        make_automation(yearly(calendar=Calendar.HIJRI))

    step_hours(MORNING.replace(month=2, day=17), MORNING.replace(month=2, day=19))

    run = Run.objects.get()
    assert (run.what, run.due_at) == ("year:1447", MORNING.replace(month=2, day=18) - HOUR)


def test_some_days_before_count_back_from_the_day():
    make_reader(birthday="1990-11-25", country="SA")
    make_automation(yearly(days_before=3))

    step_hours(MIDNIGHT - DAY, MIDNIGHT + 12 * HOUR)

    assert [(run.what, run.due_at) for run in Run.objects.all()] == [("year:2026", MORNING - HOUR)]


def test_the_day_of_the_first_order_comes_each_year_after_it():
    make_reader(country="SA")
    happen(ORDER, order_id="1", at=MIDNIGHT - 2 * 365 * DAY + HOUR)  # 22 November 2024 in Riyadh
    happen(ORDER, order_id="2", at=MIDNIGHT - 30 * DAY)
    make_reader("new", country="SA")
    happen(ORDER, customer="new", order_id="3", at=MIDNIGHT - DAY + HOUR)
    make_automation(yearly(Yearly.PURCHASE))

    step_hours(MIDNIGHT - DAY, MIDNIGHT + 12 * HOUR)

    assert [(who, what) for who, what, _state, _why in list_states()] == [("1", "year:2026")]


def test_after_a_sleep_what_is_too_late_is_not_greeted():
    make_reader("yesterday", birthday="1990-11-22", country="SA")
    make_reader("long_ago", birthday="1990-11-20", country="SA")
    with clock.fixed_at(MORNING - 5 * DAY):
        make_automation(yearly())

    with clock.fixed_at(MORNING + 20 * HOUR):
        turn_until_quiet()

    assert [(who, state) for who, _what, state, _why in list_states()] == [("yesterday", "sent")]


def test_people_are_gone_through_in_chunks_and_nobody_twice():
    for number in range(7):
        make_reader(f"r{number}", birthday="1990-11-22", country="SA", consents=())
    make_automation(yearly())
    with clock.fixed_at(MORNING - 2 * HOUR):
        counts = []
        while count := walk_sweeps(chunk=3):
            counts.append(count)

    assert sum(counts) == 7
    assert Run.objects.count() == 7


def test_paused_days_are_gone_through_later(settings):
    make_reader(birthday="1990-11-22", country="SA")
    automation = make_automation(yearly())
    pause_automation(automation=automation, by=None)
    step_hours(MORNING - 2 * HOUR, MORNING + 2 * HOUR)
    assert list_states() == []

    resume_automation(automation=automation, by=None)
    with clock.fixed_at(MORNING + 3 * HOUR):
        turn_until_quiet()

    assert [state for _who, _what, state, _why in list_states()] == ["sent"]


def test_new_goods_reach_those_who_bought_of_their_kind():
    template = make_template()
    plan = Plan(
        trigger=OnEvent(names=("Product Launched",), reach=Reach.KIND),
        template=template.uuid,
        delay=Delay(),
        once=Once.PRODUCT,
        control_bp=0,
    )
    make_automation(plan)
    with clock.fixed_at(MORNING):
        for number in ("coffee", "tea"):
            make_reader(number, country="SA")
            goods = {
                "sku": number,
                "name": f"Fine {number}",
                "category": number.title(),
                "quantity": 1,
                "price": "10",
            }
            happen(ORDER, customer=number, order_id=number, products=[goods])
        launched = {
            "product_id": "new",
            "name": "Yirgacheffe",
            "category": "coffee",
            "price": "72",
            "currency": "SAR",
        }
        happen("Product Launched", customer="shop", **launched)
        happen("Product Launched", customer="shop", **launched)
        turn_until_quiet()

    assert [(who, what, state) for who, what, state, _why in list_states()] == [
        ("coffee", "product:new", "sent")
    ]
    assert Message.objects.get().values["product"] == {
        "name": "Yirgacheffe",
        "category": "coffee",
        "price": {"minor": 7_200, "currency": "SAR"},
        "bought": "Fine coffee",
    }


def test_the_calendar_of_the_test_is_what_it_says():
    assert (MIDNIGHT + 3 * HOUR).date() == date(2026, 11, 22)
    assert timedelta(hours=10) == MORNING - MIDNIGHT
