"""When what is due, what counts once, and a plan that reads back as it was written."""

import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.decide.journeys.ready import READY
from wafaa.decide.journeys.rules import (
    Calendar,
    Delay,
    Once,
    OnDay,
    OnEvent,
    Plan,
    PlanBroken,
    Reach,
    Unless,
    Yearly,
    choose_zone,
    ends_run,
    find_clock_time,
    find_day_due,
    find_due,
    list_birth_days,
    list_days_to_open,
    make_values,
    name_occasion,
    name_year,
    read_plan,
    write_plan,
)

RIYADH, BERLIN, CAIRO = ZoneInfo("Asia/Riyadh"), ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Asia/Riyadh", "Europe/Berlin", "Africa/Cairo", "America/New_York", "Pacific/Kiritimati", "Pacific/Apia",
            "Australia/Lord_Howe", "America/St_Johns", "Asia/Gaza", "Africa/Casablanca",
        )
    ]
)  # fmt: skip
MOMENTS = st.integers(0, 12 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
MINUTES = st.integers(0, 24 * 60 - 1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(began=MOMENTS, days=st.integers(0, 400), minute=MINUTES, zone=ZONES)
def test_a_delay_in_days_ends_at_that_minute_of_the_customers_clock_and_never_before_it_began(
    began, days, minute, zone
):
    due = find_due(began, Delay(days=days, at=minute), zone)

    local, wanted = due.astimezone(zone), began.astimezone(zone).date() + timedelta(days=days)
    assert due >= began
    shown = local.hour * 60 + local.minute
    # a clock that is put forward jumps over the minute, and over a whole day where a country crosses the date line
    jumped = find_clock_time(local.date(), minute, zone) != due or shown != minute
    assert shown == minute or jumped
    if not jumped:
        assert local.date() in {wanted, wanted + timedelta(days=1)}
        assert local.date() == wanted or days == 0 or find_clock_time(wanted, minute, zone) < began


@given(
    first=MOMENTS,
    gap=st.timedeltas(timedelta(0), timedelta(days=3)),
    days=st.integers(0, 60),
    minute=MINUTES,
    zone=ZONES,
)
def test_what_begins_later_is_never_due_earlier(first, gap, days, minute, zone):
    delay = Delay(days=days, at=minute)

    assert find_due(first, delay, zone) <= find_due(first + gap, delay, zone)


@given(began=MOMENTS, minutes=st.integers(0, 100_000), zone=ZONES)
def test_a_delay_in_minutes_knows_no_clock(began, minutes, zone):
    assert find_due(began, Delay(minutes=minutes), zone) - began == timedelta(minutes=minutes)


def test_moments_at_the_borders_of_days_and_of_summer():
    ten = Delay(days=1, at=10 * 60)
    # 23:59 and 00:00 in Riyadh are two days
    assert find_due(at("2026-11-22T20:59"), ten, RIYADH) == at("2026-11-23T07:00")
    assert find_due(at("2026-11-22T21:00"), ten, RIYADH) == at("2026-11-24T07:00")
    # the night in which Berlin's clocks go from 2 to 3, and the one in which they go back
    half_past_two = Delay(days=1, at=2 * 60 + 30)
    assert find_due(at("2026-03-28T08:00"), half_past_two, BERLIN) == at("2026-03-29T01:30")
    assert find_due(at("2026-10-24T08:00"), half_past_two, BERLIN) == at("2026-10-25T00:30")
    assert find_due(at("2026-10-25T08:00"), half_past_two, BERLIN) == at("2026-10-26T01:30")
    # today, if that is still to come
    assert find_due(at("2026-11-22T06:00"), Delay(days=0, at=600), RIYADH) == at("2026-11-22T07:00")
    assert find_due(at("2026-11-22T08:00"), Delay(days=0, at=600), RIYADH) == at("2026-11-23T07:00")


def test_birthdays_fall_on_the_last_day_of_a_month_that_has_no_such_day():
    assert date(2000, 2, 29) in list_birth_days(date(2027, 2, 28), Calendar.GREGORIAN)
    assert date(1999, 2, 28) in list_birth_days(date(2027, 2, 28), Calendar.GREGORIAN)
    assert date(2000, 2, 29) not in list_birth_days(date(2028, 2, 28), Calendar.GREGORIAN)
    assert date(2000, 2, 29) in list_birth_days(date(2028, 2, 29), Calendar.GREGORIAN)
    assert date(2027, 2, 28) not in list_birth_days(date(2027, 2, 28), Calendar.GREGORIAN)


def test_a_hijri_birthday_is_that_of_umm_al_qura():
    # 1 Ramadan 1410 was 27 March 1990, and 1 Ramadan 1447 is 18 February 2026
    assert date(1990, 3, 27) in list_birth_days(date(2026, 2, 18), Calendar.HIJRI)
    assert name_year(date(2026, 2, 18), Calendar.HIJRI) == "year:1447"
    assert name_year(date(2026, 2, 18), Calendar.GREGORIAN) == "year:2026"


@pytest.mark.parametrize("calendar", list(Calendar))
def test_everybody_has_one_birthday_in_each_year_of_either_calendar(calendar):
    days = [date(2024, 1, 1) + timedelta(days=place) for place in range(3 * 366)]
    found = {day: list_birth_days(day, calendar) for day in days}
    for born in (date(1990, 3, 28), date(2000, 2, 29), date(1985, 12, 31), date(1999, 7, 13)):
        years = [name_year(day, calendar) for day in days if born in found[day]]

        assert len(years) == len(set(years))
        assert len(years) >= 3


def test_days_are_opened_once_and_none_is_passed_over():
    trigger, seen, last = OnDay(day=Yearly.BIRTHDAY), [], None
    for hours in range(0, 24 * 20, 7):
        for day in list_days_to_open(last, at("2026-11-22T00:00") + timedelta(hours=hours), trigger):
            seen.append(day)
            last = day

    assert seen == [seen[0] + timedelta(days=place) for place in range(len(seen))]
    assert find_day_due(date(2026, 11, 23), OnDay(day=Yearly.BIRTHDAY, days_before=3, at=540), RIYADH) == at(
        "2026-11-20T06:00"
    )


def test_of_a_country_with_many_clocks_the_middle_one_counts():
    zones = ("America/Adak", "America/Chicago", "America/New_York")

    assert choose_zone(zones, at("2026-11-22T00:00")).key == "America/Chicago"


def test_occasions_are_named_by_what_counts_once():
    told = {"order_id": 77, "checkout_id": "c1", "sku": "OUD"}
    names = {
        str(once): name_occasion(
            Plan(trigger=OnEvent(names=("X",)), once=once),
            message_id="m1",
            properties=told,
            at=at("2026-12-31T22:00"),
            zone=RIYADH,
        )
        for once in Once
    }

    assert names == {
        "event": "event:m1",
        "order": "order:77",
        "cart": "cart:c1",
        "product": "product:OUD",
        "year": "year:2027",
        "ever": "ever",
    }


def test_only_what_is_about_the_same_order_ends_what_is_about_an_order():
    plan = Plan(trigger=OnEvent(names=("Order Completed",)), once=Once.ORDER)
    same = Unless(name="Order Cancelled", same=True)

    assert ends_run(same, plan, about="7", name="Order Cancelled", properties={"order_id": 7})
    assert not ends_run(same, plan, about="7", name="Order Cancelled", properties={"order_id": 8})
    assert not ends_run(same, plan, about="", name="Order Cancelled", properties={})
    assert ends_run(Unless(name="Order Cancelled"), plan, about="7", name="Order Cancelled", properties={})


TEXT = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
PLANS = st.builds(
    Plan,
    trigger=st.one_of(
        st.builds(
            OnEvent,
            names=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
            where=st.dictionaries(TEXT, TEXT, max_size=2).map(lambda told: tuple(sorted(told.items()))),
            reach=st.just(Reach.OWN),
        )
    ),
    template=st.none() | st.uuids(),
    segment=st.none() | st.uuids(),
    delay=st.builds(Delay, minutes=st.integers(0, 10_000))
    | st.builds(Delay, days=st.integers(0, 400), at=MINUTES),
    unless=st.lists(st.builds(Unless, name=TEXT), max_size=3).map(tuple),
    once=st.sampled_from(list(Once)),
    patience_hours=st.integers(1, 700),
    priority=st.integers(-100, 100),
    channel=st.just("") | TEXT,
    control_bp=st.integers(0, 5_000),
)


@given(plan=PLANS)
def test_a_plan_reads_back_as_it_was_written(plan):
    assert read_plan(write_plan(plan)) == plan


@pytest.mark.parametrize("key", list(READY))
def test_ready_plans_read_back(key):
    assert read_plan(write_plan(READY[key].plan)) == READY[key].plan


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (None, ""),
        ({}, "trigger.names"),
        ({"trigger": {"names": [""]}}, "trigger.names"),
        ({"trigger": {"day": "wedding"}}, "trigger.day"),
        ({"trigger": {"day": "birthday"}, "once": "order"}, "once"),
        ({"trigger": {"names": ["X"], "reach": "kind"}}, "once"),
        ({"trigger": {"names": ["X"]}, "once": "ever", "unless": [{"name": "Y", "same": True}]}, "unless"),
        ({"trigger": {"names": ["X"]}, "delay": {"minutes": -1}}, "delay.minutes"),
        ({"trigger": {"names": ["X"]}, "delay": {"days": 1, "at": 1440}}, "delay.at"),
        ({"trigger": {"names": ["X"]}, "unless": [{}]}, "unless.0.name"),
        ({"trigger": {"names": ["X"]}, "segment": "friends"}, "segment"),
        ({"trigger": {"names": ["X"]}, "control_bp": 5_001}, "control_bp"),
        ({"trigger": {"names": ["X"]}, "patience_hours": True}, "patience_hours"),
    ],
)
def test_what_is_no_plan_says_where(told, path):
    with pytest.raises(PlanBroken) as broken:
        read_plan(told)

    assert broken.value.path == path


def test_conditions_compare_as_people_write_values():
    trigger = OnEvent(names=("X",), where=(("paid", "true"), ("segment", str(uuid.UUID(int=7)))))

    assert trigger.fits("X", {"paid": True, "segment": str(uuid.UUID(int=7))})
    assert not trigger.fits("X", {"paid": False, "segment": str(uuid.UUID(int=7))})
    assert not trigger.fits("Y", {"paid": True, "segment": str(uuid.UUID(int=7))})


def test_an_order_tells_what_templates_ask_for():
    told = {
        "order_id": "SO-1",
        "total": "135.00",
        "tax": 17.61,
        "products": [{"sku": "CF", "name": "قهوة", "quantity": "2", "price": "65", "use": "18 g"}],
        "nested": {"a": 1},
    }

    values = make_values("Order Completed", told, currency="SAR")

    assert values["order"] == {
        "number": "SO-1",
        "total": {"minor": 13_500, "currency": "SAR"},
        "tax": {"minor": 1_761, "currency": "SAR"},
        "lines": [{"name": "قهوة", "sku": "CF", "quantity": 2, "price": {"minor": 6_500, "currency": "SAR"}}],
    }
    assert values["product"] == {"name": "قهوة", "use": "18 g", "price": {"minor": 6_500, "currency": "SAR"}}
    assert values["event"] == {"order_id": "SO-1", "total": "135.00", "tax": 17.61}
    cart = make_values(
        "Checkout Abandoned",
        {"checkout_id": "c", "url": "https://s/c", "products": told["products"]},
        currency="KWD",
    )
    assert cart["cart"]["url"] == "https://s/c"
    assert cart["cart"]["lines"][0]["price"] == {"minor": 65_000, "currency": "KWD"}


@given(
    st.dictionaries(
        st.sampled_from(["order_id", "products", "total", "category", "name", "price", "url"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
        ),
    )
)
def test_whatever_an_event_tells_values_are_made_of_it(told):
    make_values("X", told, currency="SAR")
