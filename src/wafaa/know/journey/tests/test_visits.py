"""Visits: the same for any order of arrival, applied once, whoever's they are at the time of reading."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.build import make_customer

from wafaa.know.journey.actions import apply_touches, erase_customer, remove_source
from wafaa.know.journey.handlers import on_touches
from wafaa.know.journey.models import Touch as StoredTouch
from wafaa.know.journey.models import Traveller, Visit
from wafaa.know.journey.queries import count_visits, export_customer
from wafaa.know.journey.rules import BITS, Touch, VisitMade, part_visits
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.rules import Consumer, EventHead, NewEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "key:test"
HEARD: list[EventHead] = []
LISTENER = Consumer(
    name="test.journey", hears=("page", "screen", "Product Viewed", "Checkout Started"), handle=HEARD.extend
)


def page(path: str, at: datetime = NOON, who: str = "anonymous:a", **more: Any) -> NewEvent:
    given: dict[str, Any] = {"type": "page", "name": "page", "source": KEY, "context": {}, **more}
    message = f"{who}:{path}:{at.isoformat()}:{given['name']}"
    return NewEvent(message_id=message, distinct_id=who, occurred_at=at, properties={"path": path}, **given)


def hear(*events: NewEvent) -> list[EventHead]:
    """The heads of these events, as a consumer gets them."""
    HEARD.clear()
    record_events(events=events)
    drain_until_quiet([LISTENER])
    return list(HEARD)


def list_made() -> list[VisitMade]:
    names = list(VisitMade.__dataclass_fields__)
    rows = Visit.objects.filter(events__gt=0).order_by("started_at").values(*names)
    return [VisitMade(**row) for row in rows]


@pytest.mark.django_db
def test_pages_without_a_silence_of_thirty_minutes_are_one_visit() -> None:
    minutes = (0, 29, 58, 88)
    apply_touches(hear(*(page(f"/{minute}", NOON + timedelta(minutes=minute)) for minute in minutes)))
    first, second = list_made()
    assert (first.pages, first.ended_at, first.entry_page) == (3, NOON + timedelta(minutes=58), "/0")
    assert (second.pages, second.started_at) == (1, NOON + timedelta(minutes=88))


@pytest.mark.django_db
def test_a_late_page_bridges_two_visits_and_leaves_one() -> None:
    apply_touches(hear(page("/a"), page("/c", NOON + timedelta(minutes=50))))
    assert len(list_made()) == 2
    apply_touches(hear(page("/b", NOON + timedelta(minutes=25))))
    (visit,) = list_made()
    assert (visit.pages, visit.started_at, visit.ended_at) == (3, NOON, NOON + timedelta(minutes=50))


@pytest.mark.django_db
def test_the_same_events_once_more_change_nothing() -> None:
    heads = hear(page("/a"), page("/b", NOON + timedelta(minutes=5)))
    on_touches(heads)
    before = list(Visit.objects.values()), list(StoredTouch.objects.values())
    on_touches(heads)
    on_touches(heads[:1])
    assert (list(Visit.objects.values()), list(StoredTouch.objects.values())) == before


@pytest.mark.django_db
def test_only_what_comes_from_devices_is_a_visit() -> None:
    server = {"type": "track", "name": "Product Viewed", "context": {"library": {"name": "analytics-python"}}}
    browser = {"type": "track", "name": "Product Viewed", "context": {"page": {"path": "/p"}}}
    apply_touches(
        hear(
            page("/a", who="from-a-file", source="file"),
            page("/b", who="server", **server),
            page("/c", who="browser", **browser),
        )
    )
    assert list(Traveller.objects.values_list("distinct_id", flat=True)) == ["browser"]
    (visit,) = list_made()
    assert (visit.pages, visit.events, visit.stages) == (0, 1, BITS["visit"] | BITS["product"])


@pytest.mark.django_db
def test_channel_referrer_and_campaign_are_those_of_the_first_touch() -> None:
    came = {
        "page": {"referrer": "https://search.example/?q=secret"},
        "campaign": {"name": "spring", "source": "news"},
    }
    apply_touches(
        hear(
            page("/a", context=came),
            page("/b", NOON + timedelta(minutes=1), context={"page": {"referrer": "https://shop.example/a"}}),
            page("home", who="anonymous:b", type="screen", name="screen"),
        )
    )
    by_channel = {visit.channel: visit for visit in list_made()}
    assert by_channel["site"].referrer == "https://search.example/"
    assert (by_channel["site"].campaign, by_channel["app"].pages) == ("spring", 1)


@pytest.mark.django_db
def test_visits_follow_the_link_of_their_distinct_id() -> None:
    apply_touches(hear(page("/a", who="C1"), page("/b", NOON + timedelta(hours=2), who="C1")))
    customer = make_customer("C1")
    found = count_visits(customer)
    assert (found.visits, found.pages, found.last_at) == (2, 2, NOON + timedelta(hours=2))
    assert len(export_customer(customer_id=customer.id, distinct_ids=["C1"])["visits"]) == 2
    erased = erase_customer(customer_id=customer.id, distinct_ids=["C1"])
    assert erased == {"touches": 2, "visits": 2, "milestones": 0, "travellers": 1}
    assert not Visit.objects.exists()
    assert not StoredTouch.objects.exists()


@pytest.mark.django_db
def test_a_source_takes_its_ways_along() -> None:
    apply_touches(hear(page("/a", who="demo", source="demo"), page("/b", who="real")))
    remove_source(source="demo")
    assert list(Traveller.objects.values_list("distinct_id", flat=True)) == ["real"]
    assert Visit.objects.count() == StoredTouch.objects.count() == 1


def test_no_touch_makes_no_visit() -> None:
    assert part_visits([]) == []


MINUTES = st.integers(min_value=0, max_value=240)
PATHS = st.sampled_from(["/", "/a", "/ب"])
TOUCHES = st.lists(st.tuples(MINUTES, PATHS, st.booleans()), min_size=1, max_size=14, unique=True)


class AnyOrder(TestCase):
    @given(told=TOUCHES, data=st.data())
    @settings(max_examples=60, deadline=None)
    def test_any_order_of_arrival_in_any_batches_makes_the_visits_that_the_rule_says(
        self, told: Sequence[tuple[int, str, bool]], data: Any
    ) -> None:
        events = [_make_event(minute, path, is_page) for minute, path, is_page in told]
        arrival = data.draw(st.permutations(events))
        cuts = sorted(data.draw(st.lists(st.integers(1, len(events)), max_size=3)))
        for start, end in zip([0, *cuts], [*cuts, len(arrival)], strict=True):
            if heads := hear(*arrival[start:end]) if end > start else []:
                apply_touches(heads)
                apply_touches(heads[:1])
        assert list_made() == part_visits(_make_touch(*one) for one in told)


def _make_event(minute: int, path: str, is_page: bool) -> NewEvent:
    at = NOON + timedelta(minutes=minute)
    if is_page:
        return page(path, at)
    return page(path, at, type="track", name="Checkout Started", context={"page": {"path": path}})


def _make_touch(minute: int, path: str, is_page: bool) -> Touch:
    stages = BITS["visit"] if is_page else BITS["visit"] | BITS["checkout"]
    at = NOON + timedelta(minutes=minute)
    return Touch(at=at, page=path, channel="site", is_page=is_page, stages=stages)
