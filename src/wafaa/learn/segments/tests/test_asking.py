"""What can be asked of segments and of conditions that are not saved yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.build import make_customer, make_order

from wafaa.kit import clock
from wafaa.learn.segments import queries
from wafaa.learn.segments.actions import (
    create_segment,
    ensure_ready,
    erase_customer,
    note_sizes,
    refresh_standings,
    run_build,
)
from wafaa.learn.segments.models import Build, Membership, Segment
from wafaa.learn.segments.queries import (
    count_members,
    count_overlap,
    estimate,
    explain_customer,
    export_customer,
    list_sizes,
    sample_members,
)
from wafaa.learn.segments.rules import read_tree

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
JEDDAH = {"profile": {"field": "city", "one_of": ["Jeddah"]}}
LATELY = {"orders": {"measure": "count", "min": 2, "window": {"last": 30, "unit": "days"}}}
BOTH = {"all": [JEDDAH, {"not": LATELY}]}


@pytest.fixture(autouse=True)
def shop():
    """Six customers, the even ones in Jeddah; 1 and 2 bought twice."""
    with clock.fixed_at(NOW):
        for number in range(1, 7):
            make_customer(str(number), city="Riyadh" if number % 2 else "Jeddah")
        for number in ("1", "1", "2", "2", "3"):
            make_order(customer=number, at=NOW - timedelta(days=3))
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


def test_some_members_are_shown_with_their_reason():
    found = sample_members(read_tree(BOTH), 5)

    assert sorted(one.customer.external_id for one in found) == ["4", "6"]
    city, not_lately = found[0].term.parts
    assert (city.kind, city.value, city.holds) == ("profile", "Jeddah", True)
    assert (not_lately.kind, not_lately.holds) == ("not", True)
    (lately,) = not_lately.parts
    assert (lately.kind, lately.value, lately.holds) == ("orders", 0, False)


def test_why_somebody_is_out_is_told_with_what_was_found():
    segment = make_segment(BOTH)

    term = explain_customer(segment, make_customer("2").pk)

    assert term is not None
    assert (term.kind, term.holds, term.flips_at) == ("all", False, datetime(2026, 4, 10, 21, tzinfo=UTC))
    (lately,) = term.parts[1].parts
    assert (lately.value, lately.holds, lately.wanted) == (2, True, LATELY["orders"])


def test_overlap_sizes_and_members_are_counted():
    one, other = make_segment(JEDDAH), make_segment(LATELY)

    overlap = count_overlap(one, other)
    assert (overlap.one, overlap.other, overlap.both) == (3, 2, 1)
    assert count_members([one, other]) == {one.pk: 3, other.pk: 2}
    note_sizes()
    note_sizes(day=date(2026, 3, 14))
    assert list_sizes(one) == [(date(2026, 3, 14), 3), (date(2026, 3, 15), 3)]
    assert list_sizes(one, days=1) == [(date(2026, 3, 15), 3)]


def test_a_person_gets_what_is_held_and_leaves_nothing():
    segment = make_segment(JEDDAH, "Jeddah")
    customer = make_customer("2")

    exported = export_customer(customer_id=customer.pk, distinct_ids=["2"])
    assert exported == {"segments": [{"uuid": segment.uuid, "name": "Jeddah", "since": NOW}]}
    assert erase_customer(customer_id=customer.pk, distinct_ids=["2"]) == {"memberships": 1}
    assert not Membership.objects.filter(customer=customer).exists()


def test_ready_made_segments_are_there_once():
    refresh_standings()
    assert ensure_ready() == 14
    assert ensure_ready() == 0
    for build in Build.objects.filter(state="coming"):
        run_build(build_id=build.pk)

    groups = count_members(list(Segment.objects.filter(key__startswith="rfm.")))
    classes = count_members(list(Segment.objects.filter(key__startswith="pareto.")))
    assert sum(groups.values()) == sum(classes.values()) == 3
