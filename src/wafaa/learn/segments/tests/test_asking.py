"""What can be asked of segments and of conditions that are not saved yet."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.build import make_business, make_customer, make_order
from tests.worlds import world

from wafaa.kit import clock
from wafaa.learn.segments import people, queries
from wafaa.learn.segments.actions import (
    add_to_list,
    change_segment,
    create_list,
    create_segment,
    ensure_ready,
    ensure_ready_segment,
    erase_customer,
    forget_person,
    note_sizes,
    refresh_standings,
    run_build,
)
from wafaa.learn.segments.models import Build, Membership, Segment, Version
from wafaa.learn.segments.queries import (
    count_members,
    count_overlap,
    estimate,
    explain_customer,
    export_customer,
    find_sizes,
    list_sizes,
    sample_members,
)
from wafaa.learn.segments.rules import read_tree
from wafaa.learn.segments.tests.keeping import build, numbers, settle
from wafaa.learn.segments.words import Sentences, give_reason

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
JEDDAH = {"profile": {"field": "city", "one_of": ["Jeddah"]}}
LATELY = {"orders": {"measure": "count", "min": 2, "window": {"last": 30, "unit": "days"}}}
BOTH = {"all": [JEDDAH, {"not": LATELY}]}


@clock.fixed_at(NOW)
def make_shop():
    """Six customers, the even ones in Jeddah; 1 and 2 bought twice."""
    for number in range(1, 7):
        make_customer(str(number), city="Riyadh" if number % 2 else "Jeddah")
    for number in ("1", "1", "2", "2", "3"):
        make_order(customer=number, at=NOW - timedelta(days=3))


made = world(make_shop)


@pytest.fixture(autouse=True)
def shop(made):
    with clock.fixed_at(NOW):
        yield


def make_segment(definition, name="S"):
    segment = create_segment(name=name, definition=definition, by=None)
    run_build(build_id=Build.objects.get(segment=segment, state="coming").pk)
    segment.refresh_from_db()
    return segment


def test_few_customers_are_counted_and_of_many_a_sample_tells(monkeypatch):
    found = estimate(read_tree(BOTH))
    assert (found.members, found.customers, found.is_counted) == (2, 6, True)

    monkeypatch.setattr(queries, "COUNTED_UP_TO", 0)
    found = estimate(read_tree(BOTH))
    assert found.low <= 2 <= found.high
    assert not found.is_counted


@pytest.mark.parametrize("window", [{"from": "0001-01-01"}, {"to": "9999-12-31"}, {"from": "9999-12-31"}])
def test_windows_reach_from_the_first_day_there_is_to_the_last(window):
    bought = read_tree({"orders": {"measure": "count", "min": 1, "window": window}})
    known = read_tree({"profile": {"field": "created_at", "in": window}})

    assert (estimate(bought).members, estimate(known).members) == (
        (0, 0) if window == {"from": "9999-12-31"} else (3, 6)
    )
    assert len(sample_members(bought)) == estimate(bought).members
    assert Sentences(sees_personal=True).say(bought)


def test_some_members_are_shown_with_their_reason():
    found = sample_members(read_tree(BOTH), 5)

    assert sorted(one.customer.external_id for one in found) == ["4", "6"]
    city, not_lately = found[0].term.parts
    assert (city.kind, city.value, city.holds) == ("profile", "Jeddah", True)
    assert (not_lately.kind, not_lately.holds) == ("not", True)
    (lately,) = not_lately.parts
    assert (lately.kind, lately.value, lately.holds) == ("orders", 0, False)


def test_of_a_history_that_is_too_long_only_the_verdict_is_told(monkeypatch):
    monkeypatch.setattr(people, "LONG_HISTORY", 1)
    bought_twice = {"orders": {"measure": "count", "min": 2}}
    segment = make_segment(bought_twice)
    customer = make_customer("2")

    (sampled,) = [one for one in sample_members(read_tree(bought_twice)) if one.customer == customer]
    for term in (sampled.term, explain_customer(segment, customer.pk)):
        assert term is not None
        assert (term.kind, term.holds, term.value) == ("long", True, None)
        assert give_reason(term, Sentences(sees_personal=True)).holds


def test_why_somebody_is_out_is_told_with_what_was_found():
    segment = make_segment(BOTH)

    term = explain_customer(segment, make_customer("2").pk)

    assert term is not None
    assert (term.kind, term.holds, term.flips_at) == ("all", False, datetime(2026, 4, 10, 21, tzinfo=UTC))
    (lately,) = term.parts[1].parts
    assert (lately.value, lately.holds, lately.wanted) == (2, True, LATELY["orders"])


def test_reasons_are_by_what_is_shown_while_it_gives_way_to_something_else():
    make_business(time_zone="Asia/Riyadh")
    segment = make_segment(LATELY)
    change_segment(segment=segment, definition=JEDDAH, by=None)
    make_business(time_zone="America/New_York")
    segment.refresh_from_db()

    term = explain_customer(segment, make_customer("1").pk)

    assert term is not None
    # midnight in Riyadh
    assert (term.kind, term.holds, term.flips_at) == ("orders", True, datetime(2026, 4, 10, 21, tzinfo=UTC))
    assert segment.definition == JEDDAH


def test_overlap_sizes_and_members_are_counted():
    one, other = make_segment(JEDDAH), make_segment(LATELY)

    overlap = count_overlap(one, other)
    assert (overlap.one, overlap.other, overlap.both) == (3, 2, 1)
    assert count_members([one, other]) == {one.pk: 3, other.pk: 2}
    note_sizes()
    note_sizes(day=date(2026, 3, 14))
    assert list_sizes(one) == [(date(2026, 3, 14), 3), (date(2026, 3, 15), 3)]
    assert list_sizes(one, days=1) == [(date(2026, 3, 15), 3)]


def test_lists_of_segments_show_what_was_noted_last_and_count_only_what_was_not():
    jeddah, by_hand = make_segment(JEDDAH, "Jeddah"), create_list(name="By hand", by=None)
    add_to_list(segment=by_hand, customer_ids=[make_customer("1").pk])
    make_customer("7", city="Jeddah")
    settle()

    shown = [Segment.objects.get(pk=one.pk) for one in (jeddah, by_hand)]
    assert count_members(shown) == {jeddah.pk: 4, by_hand.pk: 1}
    assert find_sizes(shown) == {jeddah.pk: 3, by_hand.pk: 1}
    note_sizes()
    assert find_sizes(shown) == count_members(shown)


def test_names_of_many_products_are_fetched_at_once(django_assert_num_queries):
    asked = {"orders": {"measure": "count", "min": 1, "where": {"products": ["A", "B", "C"]}}}
    with django_assert_num_queries(2):  # the business, and all products
        Sentences(sees_personal=True).say(read_tree(asked))


def test_a_person_gets_what_is_held_and_leaves_nothing():
    segment = make_segment(JEDDAH, "Jeddah")
    customer = make_customer("2")

    exported = export_customer(customer_id=customer.pk, distinct_ids=["2"])
    assert exported == {"segments": [{"uuid": segment.uuid, "name": "Jeddah", "since": NOW}]}
    assert erase_customer(customer_id=customer.pk, distinct_ids=["2"]) == {"memberships": 1}
    assert not Membership.objects.filter(customer=customer).exists()


def test_who_is_erased_goes_from_names_and_conditions_too_and_the_others_stay_in():
    by_hand = {"profile": {"field": "external_id", "one_of": ["2", "3"]}}
    segment = make_segment(by_hand, "2 and 3")
    only = make_segment({"not": {"profile": {"field": "external_id", "one_of": ["2"]}}}, "Others")
    outer = make_segment({"segment": {"uuid": str(segment.uuid), "in": True}}, "Outer")

    assert forget_person(names_person=lambda text: "2" in text) == 4  # two segments, two versions

    for one in (segment, only, outer):
        build(one)
    assert (numbers(segment), numbers(outer)) == (["3"], ["3"])
    assert numbers(only) == ["1", "2", "3", "4", "5", "6"]
    assert segment.name == "–"
    definitions = (kind.objects.values_list("definition", flat=True) for kind in (Segment, Version, Build))
    assert not [one for told in definitions for one in told if '"2"' in json.dumps(one)]


def test_ready_made_segments_are_there_once():
    refresh_standings()
    assert ensure_ready() == 14
    assert ensure_ready() == 0
    for coming in Build.objects.filter(state="coming"):
        run_build(build_id=coming.pk)

    groups = count_members(list(Segment.objects.filter(key__startswith="rfm.")))
    classes = count_members(list(Segment.objects.filter(key__startswith="pareto.")))
    assert sum(groups.values()) == sum(classes.values()) == 3


def test_the_inactive_follow_the_lapse_window_of_the_business():
    ensure_ready()
    assert not Segment.objects.filter(key="lapsed").exists()
    segment = build(ensure_ready_segment(key="lapsed"))
    make_order(customer="4", at=NOW - timedelta(days=40))
    make_order(customer="5", at=NOW - timedelta(days=200))
    settle()
    assert numbers(segment) == ["5"]

    make_business(lapse_window_days=30)
    assert ensure_ready() == 0
    segment = build(segment)
    assert (numbers(segment), segment.version, segment.state) == (["4", "5"], 2, "live")
    assert ensure_ready() == 0
    assert not Build.objects.filter(segment=segment, state="coming").exists()
