"""The closure: a definition comes back as it was written, and no answer changes before it said it might."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wafaa.learn.segments.rules import (
    NEVER,
    Circle,
    DefinitionBroken,
    Finding,
    Happening,
    Moment,
    Order,
    Person,
    expand,
    make_judge,
    read_tree,
    write_tree,
)
from wafaa.learn.segments.rules.windows import Last, Unit, find_first_day, find_leaving_day
from wafaa.learn.segments.tests import drawn

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = Moment(now=datetime(2026, 3, 15, 9, tzinfo=UTC), zone=RIYADH, currency="SAR")


def days_ago(days, hour=9):
    return datetime(2026, 3, 15, hour, tzinfo=UTC) - timedelta(days=days)


def judge(definition, person, moment=NOW):
    return make_judge(read_tree(definition))(person, moment)


@given(drawn.TREES)
def test_a_definition_is_read_back_as_it_was_written(tree):
    written = write_tree(tree)

    assert read_tree(written, is_expanded=True) == tree
    assert write_tree(read_tree(written, is_expanded=True)) == written


@settings(max_examples=400)
@given(st.data())
def test_no_answer_changes_before_it_may(data):
    moment = data.draw(drawn.moments())
    person = drawn.make_person(data.draw(drawn.SEEDS), moment)
    found = make_judge(tree := data.draw(drawn.TREES))(person, moment)

    assert found.flips_at > moment.now
    until = min(found.flips_at, moment.now + timedelta(days=900))
    share = data.draw(st.floats(0, 1))
    for later in (until - timedelta(microseconds=1), moment.now + (until - moment.now) * share * 0.999):
        if later > moment.now:
            assert make_judge(tree)(person, replace(moment, now=later)).holds == found.holds


@given(
    drawn.moments(),
    st.integers(1, 14),
    st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS]),
    st.integers(0, 400),
)
def test_a_day_leaves_a_window_on_the_first_day_that_no_longer_reaches_back_to_it(moment, count, unit, ahead):
    window, day = Last(count, unit), moment.today
    later = day + timedelta(days=ahead)

    assert (find_first_day(window, later) <= day) == (later < find_leaving_day(window, day))


def test_three_orders_and_none_for_sixty_days():
    definition = {
        "all": [
            {"orders": {"measure": "count", "min": 3}},
            {"orders": {"measure": "count", "window": {"last": 60, "unit": "days"}, "max": 0}},
        ]
    }
    orders = [Order(days_ago(days), 100) for days in (200, 100, 40)]

    found = judge(definition, Person(customer_id=1, orders=orders))

    # the 60th day after the last order begins at midnight in Riyadh, 21:00 the evening before in UTC
    assert (found.holds, found.flips_at) == (False, datetime(2026, 4, 3, 21, tzinfo=UTC))
    assert judge(definition, Person(customer_id=1, orders=orders), replace(NOW, now=found.flips_at)).holds
    assert judge(definition, Person(customer_id=1, orders=orders[:2])) == Finding(False)


@pytest.mark.parametrize(
    ("wanted", "holds", "leaves_first"),
    [
        ({"min": 1}, True, 0),
        ({"min": 2}, True, 1),
        ({"min": 3}, True, 2),
        ({"min": 4}, False, None),
        ({"max": 1}, False, 1),
        ({"max": 3}, True, None),
        ({"min": 2, "max": 2}, False, 2),
    ],
)
def test_a_count_falls_when_the_one_that_tips_it_leaves(wanted, holds, leaves_first):
    events = [Happening(days_ago(days)) for days in (1, 3, 5)]
    definition = {
        "events": {
            "name": "Product Viewed",
            "measure": "count",
            "window": {"last": 48 * 5, "unit": "hours"},
            **wanted,
        }
    }

    found = judge(definition, Person(customer_id=1, events={"Product Viewed": events}))

    expected = NEVER if leaves_first is None else events[leaves_first].at + timedelta(hours=240)
    assert (found.holds, found.flips_at) == (holds, expected)


def test_a_birthday_on_a_leap_day_is_the_last_of_february_and_one_is_older_on_the_first_of_march():
    person = Person(customer_id=1, birth_date=date(2000, 2, 29))
    birthday = {"profile": {"field": "birth_date", "yearly": {"from": 0, "to": 0}}}
    age = {"profile": {"field": "age", "min": 26, "max": 26}}
    last = Moment(now=datetime(2026, 2, 28, 9, tzinfo=UTC), zone=RIYADH)
    first = Moment(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone=RIYADH)

    assert [judge(birthday, person, moment).holds for moment in (last, first)] == [True, False]
    assert [judge(age, person, moment).holds for moment in (last, first)] == [False, True]


@pytest.mark.parametrize(
    ("definition", "path", "reason"),
    [
        ([], "$", "not_an_object"),
        ({"all": [], "any": []}, "$", "not_one_key"),
        ({"all": [{"orders": {"measure": "cnt"}}]}, "all[0].orders.measure", "unknown_value"),
        ({"not": {"orders": {"measure": "count"}}}, "not.orders", "no_range"),
        ({"orders": {"measure": "count", "min": 3, "max": 2}}, "orders", "range_is_empty"),
        ({"orders": {"measure": "last", "min": 3}}, "orders.min", "unknown_key"),
        ({"profile": {"field": "age", "contains": "x"}}, "profile.contains", "test_does_not_fit"),
        ({"profile": {"field": "town", "known": True}}, "profile.field", "unknown_value"),
        ({"events": {"name": "Segment Entered", "measure": "count", "min": 1}}, "events.name", "own_event"),
        (
            {"orders": {"measure": "count", "min": 1, "window": {"last": 0, "unit": "days"}}},
            "orders.window.last",
            "out_of_range",
        ),
        (
            {"orders": {"measure": "count", "min": 1, "window": {"from": "2026-13-01"}}},
            "orders.window.from",
            "not_a_day",
        ),
        ({"rfm": {"groups": ["best"]}}, "rfm.groups[0]", "unknown_value"),
        ({"not": {"listed": {"uuid": str(drawn.LIST)}}}, "not.listed", "unknown_key"),
    ],
)
def test_what_is_wrong_with_a_definition_is_told_with_its_place(definition, path, reason):
    with pytest.raises(DefinitionBroken) as caught:
        read_tree(definition)

    assert (caught.value.path, caught.value.reason) == (path, reason)
    assert "listed" not in caught.value.facts.get("known", "")


def test_a_deep_tree_is_refused_not_followed():
    definition = {"rfm": {"groups": ["new"]}}
    for _ in range(5_000):
        definition = {"not": definition}

    with pytest.raises(DefinitionBroken, match="too_deep"):
        read_tree(definition)


def test_segments_within_segments_are_written_out_and_circles_are_found():
    a, b = drawn.uuid.UUID(int=1), drawn.uuid.UUID(int=2)
    trees = {
        a: read_tree({"segment": {"uuid": str(b), "in": False}}),
        b: read_tree({"rfm": {"groups": ["new"]}}),
    }

    assert write_tree(expand(trees[a], trees.__getitem__)) == {"not": {"rfm": {"groups": ["new"]}}}
    trees[b] = read_tree({"segment": {"uuid": str(a), "in": True}})
    with pytest.raises(Circle):
        expand(trees[a], trees.__getitem__, frozenset({a}))
