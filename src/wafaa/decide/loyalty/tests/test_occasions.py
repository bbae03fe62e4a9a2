"""What else than orders earns: events, answers whatever they say, birthdays by both calendars, joining; and who is a member."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_event, make_order, tell

from wafaa.decide.loyalty.actions import celebrate, end, erase_customer, join, leave, pause, resume
from wafaa.decide.loyalty.errors import ProgrammeNotLive
from wafaa.decide.loyalty.models import Earning, Member
from wafaa.decide.loyalty.queries import export_customer
from wafaa.decide.loyalty.rules.content import find_faults, read_content
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, make_live
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
THANKS = {"id": 1, "trigger": "event", "effect": "fixed", "points": 20}
TEN = [("TEA", 10, "10.00")]


def test_an_answer_earns_once_when_it_is_whole_whatever_it_says():
    programme = make_live({**THANKS, "event": "Survey Answered"}, automatic=False)
    customer = make_customer("1")
    with clock.fixed_at(NOON - timedelta(hours=1)):
        join(programme=programme, customer_id=customer.pk)
    for said in ({"is_partial": True}, {"nps": 0}, {"nps": 10}):  # a later word about the same answer
        tell(make_event("Survey Answered", properties={"response_id": "r1", **said}))
    tell(make_event("Survey Answered", properties={"response_id": "r2"}, distinct_id="stranger"))

    assert hold() == {"1": [20, 0, 0]}
    choosy = {**THANKS, "event": "Survey Answered", "given": {"nps": 10}}
    assert [one.code for one in find_faults(read_content({"rules": [choosy]}))] == ["score"]


def test_an_event_earns_where_it_says_what_the_rule_asks_for():
    make_live({**THANKS, "event": "Profile Completed", "given": {"step": "all"}})
    make_customer("1")
    make_order(lines=TEN)
    tell(make_event("Profile Completed", properties={"step": "half", "phone": "0500000000"}))
    assert hold() == {}
    tell(make_event("Profile Completed", properties={"step": "all", "phone": "0500000000"}))
    assert hold() == {"1": [20, 0, 0]}
    assert set(
        Member.objects.get().occasions.filter(kind="event").values_list("given__phone", flat=True)
    ) == {None}


def test_birthdays_come_once_a_year_by_either_calendar():
    make_live(
        {"id": 1, "trigger": "birthday", "effect": "fixed", "points": 100},
        {"id": 2, "trigger": "birthday_hijri", "effect": "fixed", "points": 7},
        {"id": 3, "trigger": "anniversary", "effect": "fixed", "points": 3},
    )
    make_customer("1", birthday="1990-03-05")  # 8 Sha'ban 1410
    make_order(lines=TEN)
    with clock.fixed_at(NOON + 4 * DAY):
        assert (celebrate(), celebrate()) == (1, 0)
    assert hold() == {"1": [100, 0, 0]}
    with clock.fixed_at(NOON + 365 * DAY):  # 1 March 2027: joined a year ago
        celebrate()
    assert hold() == {"1": [103, 0, 0]}
    with clock.fixed_at(clock.now().replace(year=2027, month=1, day=17, hour=12)):  # 8 Sha'ban 1448
        celebrate()
    assert hold() == {"1": [110, 0, 0]}


def test_joining_welcomes_once_and_leaving_ends_earning():
    programme = make_live(
        SPEND, {"id": 2, "trigger": "joining", "effect": "fixed", "points": 50}, automatic=False
    )
    customer = make_customer("1")
    make_order("A", lines=TEN)
    with clock.fixed_at(NOON + DAY):
        member = join(programme=programme, customer_id=customer.pk)
        join(programme=programme, customer_id=customer.pk)
    make_order("B", lines=TEN, at=NOON + 2 * DAY)
    with clock.fixed_at(NOON + 3 * DAY):
        leave(member=member)
    make_order("C", lines=TEN, at=NOON + 4 * DAY)
    assert hold() == {"1": [60, 0, 0]}
    with clock.fixed_at(NOON + 5 * DAY):
        join(programme=programme, customer_id=customer.pk)
    assert hold() == {"1": [60, 0, 0]}


def test_a_pause_earns_nothing_and_what_was_earned_before_goes_on():
    programme = make_live(SPEND)
    make_customer("1")
    make_order("A", lines=TEN)
    with clock.fixed_at(NOON + DAY):
        pause(programme=programme, by=None)
    make_order("B", lines=TEN, at=NOON + 2 * DAY)
    make_order("late", lines=TEN, at=NOON + timedelta(hours=1))  # from before the pause, told after it
    assert hold() == {"1": [20, 0, 0]}
    with clock.fixed_at(NOON + 3 * DAY):
        resume(programme=programme, by=None)
    make_order("C", lines=TEN, at=NOON + 4 * DAY)
    with clock.fixed_at(NOON + 5 * DAY):
        end(programme=programme, by=None)
        with pytest.raises(ProgrammeNotLive):
            join(programme=programme, customer_id=1)
    make_order("D", lines=TEN, at=NOON + 6 * DAY)
    assert hold() == {"1": [30, 0, 0]}


def test_an_erased_member_leaves_rows_without_a_name():
    make_live(SPEND)
    customer = make_customer("1")
    make_order("A", lines=TEN)
    told = export_customer(customer_id=customer.pk, distinct_ids=["1"])
    assert [one["awarded"] for one in told["loyalty_earnings"]] == [10]

    assert erase_customer(customer_id=customer.pk, distinct_ids=["1"]) == {"loyalty_memberships": 1}
    assert (Member.objects.get().customer_id, Earning.objects.get().awarded) == (None, 10)
