"""What ends is said before, once for each step and day; what has no end of its own lives as long as its owner does something."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from tests.build import NOON, make_customer, make_event, make_order, tell

from wafaa.act.points.actions import expire_lots, extend_lots
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Lot, Unit
from wafaa.decide.loyalty.actions import warn_owners
from wafaa.decide.loyalty.rules.content import Content, find_faults, read_content, write_content
from wafaa.decide.loyalty.rules.ending import list_steps
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, list_told, make_live
from wafaa.kit import clock
from wafaa.stream.models import Event

TEN = [("TEA", 10, "10.00")]
ENDS = {**SPEND, "lives": "P60D"}
WORTH = {"points": 100, "minor": 500, "currency": "SAR"}


def warn_at(moment):
    with clock.fixed_at(moment):
        return warn_owners()


@pytest.mark.django_db
def test_the_ladder_tells_each_step_once_by_what_is_left_and_what_it_is_worth():
    programme = make_live(ENDS, worth=WORTH)
    make_customer("1")
    make_order(lines=TEN)
    make_order(lines=TEN)  # the same last day: 30 April

    told = {n: warn_at(NOON + n * DAY) for n in (29, 30, 31, 53, 54, 59, 60, 61)}
    assert {n: count for n, count in told.items() if count} == {30: 1, 53: 1, 59: 1}
    first, week, last = list_told("Points Expiring")
    assert first == {
        "programme": str(programme.uuid), "unit": "points", "points": 20, "expires_on": "2026-04-30", "days_left": 30,
        "balance": 20, "worth": "1.00", "currency": "SAR",
    }  # fmt: skip
    assert (week["days_left"], last["days_left"]) == (7, 1)
    assert (
        Event.objects.filter(name="Points Expiring").values_list("distinct_id", flat=True).distinct().get()
        == "1"
    )


@pytest.mark.django_db
def test_a_missed_day_is_made_up_for_and_a_short_life_is_not_told_from_its_first_day():
    make_live({**SPEND, "lives": "P40D"}, warns=[30, 7])
    make_order(lines=TEN)

    assert warn_at(NOON + 10 * DAY) == 0  # half of its life is not over
    assert [warn_at(NOON + n * DAY) for n in (35, 35)] == [1, 0]  # nobody looked on the 33rd
    assert [one["days_left"] for one in list_told("Points Expiring")] == [5]


@pytest.mark.django_db
def test_another_last_day_is_told_anew():
    make_live(ENDS, warns=[7])
    make_order(lines=TEN)
    assert warn_at(NOON + 53 * DAY) == 1
    extend_lots(unit=Unit.objects.get(), start=NOON, end=NOON + 90 * DAY, days=14, by=None)

    assert [warn_at(NOON + n * DAY) for n in (54, 66, 67)] == [0, 0, 1]
    assert [one["expires_on"] for one in list_told("Points Expiring")] == ["2026-04-30", "2026-05-14"]


def test_each_day_belongs_to_one_step():
    today = date(2026, 3, 1)
    found = [(step, (day - today).days) for step, day in list_steps((1, 2, 30), today)]

    assert found == [(30, 30), (30, 29), (30, 28), (2, 2), (1, 1), (1, 0)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"warns": [0]},
        {"warns": [7, 7]},
        {"warns": [1, 2, 3, 4, 5, 6]},
        {"idle_months": 121},
        {"back_days": -1},
    ],
)
def test_steps_that_cannot_be_are_told(wrong):
    rule = {"id": 1, "effect": "fixed", "points": 1}
    assert [(one.field, one.code) for one in find_faults(read_content({"rules": [rule], **wrong}))] == [
        (next(iter(wrong)), "amount")
    ]


def test_content_of_before_stays_as_it_was():
    assert write_content(read_content({"rules": []})) == {}
    assert Content().warns == (30, 7, 1)


@pytest.mark.django_db
def test_what_has_no_end_of_its_own_lives_as_long_as_its_owner_does_something():
    gift = {"id": 2, "trigger": "birthday", "effect": "fixed", "points": 100, "lives": "P1M"}
    review = {"id": 3, "trigger": "event", "event": "Review Submitted", "effect": "fixed", "points": 7}
    make_live(SPEND, gift, review, idle_months=6)
    make_customer("1")
    make_order("A", lines=TEN)
    make_order("B", lines=TEN, at=NOON + 90 * DAY)
    with clock.fixed_at(NOON + 120 * DAY):
        tell(make_event("Review Submitted", properties={"review_id": "r"}, at=NOON + 120 * DAY))
        make_order("A", lines=TEN)  # told once more

    assert list(Lot.objects.order_by("id").values_list("amount", flat=True)) == [10, 10, 7]
    # all of them by the last deed: six months and the rest of that day
    (end,) = set(Lot.objects.values_list("expires_at", flat=True))
    assert end == clock.start_of_day(date(2026, 12, 30), ZoneInfo("Asia/Riyadh"))
    with clock.fixed_at(end):
        expire_lots(at=end)
        make_order("C", lines=TEN, at=end)
    assert hold() == {"1": [10, 0, 0]}  # what ended is not woken
    assert check_books() == []


@pytest.mark.django_db
def test_whoever_becomes_a_member_by_buying_is_told_once():
    programme = make_live(SPEND)
    for _ in range(2):
        make_order("A", lines=TEN)

    (told,) = list_told("Member Joined")
    assert (told["programme"], told["via"]) == (str(programme.uuid), "order")


@pytest.mark.django_db(transaction=True)
def test_two_who_warn_at_once_tell_once():
    make_live(ENDS, warns=[7])
    for number in range(6):
        make_order(lines=TEN, customer=str(number))

    def work(_number):
        try:
            return warn_at(NOON + 53 * DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(4)))

    assert sum(counts) == 6
    assert len(list_told("Points Expiring")) == 6
