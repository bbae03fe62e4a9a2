"""The journey of a few people, counted by hand; whose visits are whose follows the links."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import make_business, make_event, order_event, refund_event, tell

from wafaa.config.facts import FACT_TABLES
from wafaa.know.customers.models import DistinctId
from wafaa.know.journey.rules import BITS, STAGES
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts, open_facts
from wafaa.learn.measures import queries
from wafaa.learn.measures.definitions import JOURNEY_MEASURES
from wafaa.learn.measures.journey_figures import make_stage_rows
from wafaa.learn.measures.rules import Aim, Figure, Journey, Period, Question
from wafaa.learn.measures.tests.shops import make_shop
from wafaa.stream.rules import NewEvent

MARCH = Period(start=date(2026, 3, 1), end=date(2026, 4, 1))
QUESTION = Question(as_of=date(2026, 4, 1), lapse_window_days=90, currency="SAR", period=MARCH)


def at(day: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC) + timedelta(minutes=minute)


def touch(who: str, name: str, when: datetime) -> NewEvent:
    is_page = name == "page"
    return NewEvent(
        message_id=f"{who}:{name}:{when.isoformat()}",
        type="page" if is_page else "track",
        name=name,
        distinct_id=who,
        occurred_at=when,
        context={"page": {"path": "/"}},
        source="key:site",
    )


def step(who: str, name: str, when: datetime, **properties: Any) -> NewEvent:
    return make_event(name, distinct_id=who, at=when, properties=properties)


def tell_march() -> None:
    """Three people visit, two buy, one gives back; a fourth asks to give back what we know nothing of."""
    tell(
        touch("anonymous:x", "page", at(15, month=2)),
        *(touch("C1", "page", at(2, minute)) for minute in (0, 5, 10)),
        *(touch("C1", name, at(2, 11)) for name in ("Product Viewed", "Product Added", "Checkout Started")),
        order_event("O1", customer="C1", at=at(2, 60)),
        step("C1", "Order Delivered", at(5), order_id="O1", promised_at=at(5).isoformat()),
        step("C1", "Support Conversation Started", at(6), conversation_id="1"),
        step("C1", "Support Reply Sent", at(6, 45), conversation_id="1"),
        step("C1", "Support Reply Sent", at(6, 90), conversation_id="1"),
        order_event("O2", customer="C1", at=at(20)),
        touch("C2", "page", at(3)),
        touch("C2", "Product Viewed", at(3, 1)),
        touch("C2", "Checkout Started", at(3, 2)),
        make_event("identify", distinct_id="C2", at=at(3), properties={"name": "Sara"}),
        touch("anonymous:x", "page", at(4)),
        touch("anonymous:x", "page", at(10)),
        touch("anonymous:x", "page", at(10, 29)),
        order_event("O3", customer="C3", at=at(7)),
        step("C3", "Order Shipped", at(8), order_id="O3", promised_at=at(10).isoformat()),
        step("C3", "Order Delayed", at(9), order_id="O3", promised_at=at(14).isoformat()),
        step("C3", "Order Delivered", at(12), order_id="O3"),
        step("C3", "Support Conversation Started", at(13), conversation_id="2"),
        step("C3", "Return Requested", at(13), order_id="O3", reason="Not as described"),
        refund_event("R1", order="O3", customer="C3", at=at(15)),
        step("C4", "Return Requested", at(14), order_id="O9", reason="too small"),
    )


@pytest.fixture
def march(settings: Any) -> Any:
    make_business(time_zone="Asia/Riyadh", currency="SAR")
    tell_march()
    sync_facts(FACT_TABLES)
    yield
    close_facts(settings.FACTS_ROOT)


def shorten(figure: Figure) -> tuple[float | int | None, int]:
    value = figure.value
    return (round(value, 4) if isinstance(value, float) else value), figure.n


@pytest.mark.django_db(transaction=True)
def test_a_month_counted_by_hand(march: None) -> None:
    journey = queries.get_journey(QUESTION)
    assert {key: shorten(figure) for key, figure in journey.total.figures.items()} == {
        "visits": (4, 4),
        "visitors": (3, 3),
        "pages_per_visit": (1.75, 4),
        "interaction_frequency": (round(7 / 3 * 30 / 31, 4), 3),
        "days_since_last_touch": (18.0, 3),
        "checkout_completion": (0.5, 2),
        "delivered_on_time": (0.5, 2),
        "first_reply_time": (0.75, 1),
        "not_as_described": (0.5, 2),
        "refund_time": (2.0, 1),
    }
    assert list(journey.total.figures) == list(JOURNEY_MEASURES)
    assert shorten(journey.total.previous["visits"]) == (1, 1)
    assert journey.told == {"visits": 5, "order": 6, "conversation": 4}
    assert "know_journey" not in journey.receipt.query
    assert "visits" in journey.receipt.query
    assert list_stages(journey) == {
        "visit": (3, None, 0),
        "product": (2, 2, 3),
        "cart": (1, 1, 2),
        "checkout": (2, 1, 1),
        "payment": (2, 1, 2),
        "delivery": (2, 2, 2),
        "use": (0, 0, 2),
        "support": (2, 2, 2),
        "return": (2, 1, 2),
        "again": (1, 1, 2),
    }


def list_stages(journey: Journey) -> dict[str, tuple[int, int | None, int]]:
    return {
        row.stage: (row.people, row.rate.numerator if row.base else None, row.rate.n)
        for row in journey.stages
    }


@pytest.mark.django_db(transaction=True)
def test_a_visitor_who_becomes_known_takes_the_visits_along(march: None) -> None:
    DistinctId.objects.create(
        distinct_id="anonymous:x", customer=DistinctId.objects.get(distinct_id="C2").customer
    )
    result = sync_facts(FACT_TABLES)
    assert result.changed
    figures = queries.get_journey(QUESTION).total.figures
    assert (figures["visits"].value, figures["visitors"].value) == (4, 2)
    # C1 four times, C3 twice, and three visits of C2 now
    assert figures["interaction_frequency"].numerator == 9


@pytest.mark.django_db(transaction=True)
def test_a_bridged_visit_leaves_the_facts(march: None) -> None:
    tell(touch("anonymous:x", "page", at(10, 58)), touch("anonymous:x", "page", at(10, 120)))
    sync_facts(FACT_TABLES)
    assert queries.get_journey(QUESTION).total.figures["visits"].value == 5
    tell(touch("anonymous:x", "page", at(10, 81)), touch("anonymous:x", "page", at(10, 100)))
    sync_facts(FACT_TABLES)
    assert queries.get_journey(QUESTION).total.figures["visits"].value == 4


@pytest.mark.django_db(transaction=True)
def test_goals_count_people_whose_time_is_over(march: None) -> None:
    aims = [
        Aim(key="buy", touchpoint="page", wanted="Order Completed", within_hours=24),
        Aim(
            key="answer",
            touchpoint="Support Conversation Started",
            wanted="Support Reply Sent",
            within_hours=1,
        ),
        Aim(key="late", touchpoint="Order Delivered", wanted="Order Completed", within_hours=24 * 21),
    ]
    figures = queries.get_goals(QUESTION, aims).figures
    assert {key: (figure.numerator, figure.n) for key, figure in figures.items()} == {
        "buy": (1, 3),
        "answer": (1, 2),
        "late": (1, 1),  # C3's three weeks end after the last day that counts
    }


@pytest.mark.django_db(transaction=True)
def test_without_visits_and_milestones_nothing_is_counted(settings: Any) -> None:
    make_business(time_zone="Asia/Riyadh", currency="SAR")
    tell(order_event("O1", at=at(2)))
    sync_facts(FACT_TABLES)
    journey = queries.get_journey(QUESTION)
    assert (journey.total.figures, journey.told) == ({}, {"visits": 0})
    close_facts(settings.FACTS_ROOT)


def test_facts_of_a_file_have_no_journey(tmp_path: Any) -> None:
    make_shop(2).write(tmp_path)
    question = queries.get_whole_question(tmp_path, currency="SAR")
    journey = queries.get_journey(question, folder=tmp_path)
    assert (journey.told, journey.total.figures) == ({}, {})
    assert queries.get_goals(question, [], folder=tmp_path).figures == {}
    assert "visits" not in open_facts(tmp_path).tables
    close_facts(tmp_path)


@given(st.dictionaries(st.integers(1, sum(BITS.values())), st.integers(1, 50), min_size=1, max_size=20))
def test_no_stage_is_reached_by_more_people_than_its_base_had(masks: dict[int, int]) -> None:
    rows = {row.stage: row for row in make_stage_rows(masks)}
    for stage in STAGES:
        row = rows[stage.key]
        assert row.people == sum(people for mask, people in masks.items() if mask & stage.bit)
        if stage.base:
            assert row.rate.denominator == rows[stage.base].people
            assert 0 <= (row.rate.numerator or 0) <= min(row.people, rows[stage.base].people)
