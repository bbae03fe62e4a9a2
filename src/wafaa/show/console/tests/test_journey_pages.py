"""The journey's pages: what they say with data, without, and to whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.build import make_business, make_event, order_event, tell

from wafaa.config.facts import FACT_TABLES
from wafaa.kit import clock
from wafaa.know.journey.models import Goal
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures.definitions import JOURNEY_MEASURES
from wafaa.stream.rules import NewEvent

NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def page(path: str, minute: int, who: str = "C1") -> NewEvent:
    at = NOW - timedelta(days=3) + timedelta(minutes=minute)
    return NewEvent(
        message_id=f"{who}{path}{minute}",
        type="page",
        name="page",
        distinct_id=who,
        occurred_at=at,
        properties={"path": path},
        context={"page": {"path": path}},
        source="key:site",
    )


@pytest.fixture
def at_noon(settings):
    make_business(currency="SAR")
    with clock.fixed_at(NOW):
        yield
    close_facts(settings.FACTS_ROOT)


@pytest.fixture
def shop(at_noon):
    tell(
        order_event("O1", customer="C1", at=NOW - timedelta(days=40)),
        order_event("O2", customer="C1", at=NOW - timedelta(days=2)),
        *(page(path, minute) for minute, path in enumerate(("/", "/a", "/b"))),
        make_event("Order Delivered", distinct_id="C1", at=NOW, properties={"order_id": "O2"}),
    )
    sync_facts(FACT_TABLES)


def read(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_funnel_pillars_and_receipt(shop, client_as, owner):
    Goal.objects.create(
        name="Buy", touchpoint="page", wanted="Order Completed", within_hours=48, created_at=NOW
    )
    text = read(client_as(owner, **ENGLISH).get(reverse("report-journey")))
    for words in (
        "From the visit to the payment",
        "Pages per visit",
        "Goals of touchpoints",
        "Buy",
        "Receipt",
    ):
        assert words in text
    assert "Satisfaction per stage stays empty" in text


@pytest.mark.django_db(transaction=True)
def test_today_shows_the_pillars_and_what_they_lack(shop, client_as, owner):
    text = read(client_as(owner, **ENGLISH).get(reverse("today")))
    for words in (
        "What carries loyalty",
        "Engagement",
        "Experience",
        "Satisfaction",
        "Nobody has given a score",
    ):
        assert words in text
    assert "Pages per visit" in text
    assert "No visit has been told yet" not in text


@pytest.mark.django_db(transaction=True)
def test_without_visits_today_offers_the_next_step(at_noon, client_as, owner):
    tell(order_event("O1", customer="C1", at=NOW - timedelta(days=2)))
    sync_facts(FACT_TABLES)
    client = client_as(owner, **ENGLISH)
    text = read(client.get(reverse("today")))
    assert "No visit has been told yet" in text
    assert reverse("touchpoints-site") in text
    assert "Nothing tells of the way yet" in read(client.get(reverse("report-journey")))
    assert "The journey" in read(client.get(reverse("reports")))


@pytest.mark.django_db(transaction=True)
def test_whoever_sees_some_stores_sees_no_journey_of_the_whole_shop(shop, client_as, branch_manager):
    client = client_as(branch_manager, **ENGLISH)
    text = read(client.get(reverse("report-journey")))
    assert "From the visit to the payment" not in text
    assert client.get(reverse("report-receipt", args=["visits"])).status_code in {200, 404}
    assert "Pages per visit" not in text


@pytest.mark.django_db(transaction=True)
def test_every_measure_of_the_journey_has_an_address_and_a_receipt(shop, client_as, owner):
    client = client_as(owner, **ENGLISH)
    for key, measure in JOURNEY_MEASURES.items():
        assert "From the visit to the payment" in read(client.get(reverse("report-measure", args=[key])))
        receipt = read(client.get(reverse("report-receipt", args=[key])))
        assert str(measure.label) in receipt
        assert "SELECT" in receipt


@pytest.mark.django_db(transaction=True)
def test_the_stages_leave_as_a_table(shop, client_as, owner):
    lines = b"".join(client_as(owner).get(reverse("report-journey-export")).streaming_content).decode()
    assert "visit,1" in lines
    assert "pages_per_visit" in lines


@pytest.mark.django_db(transaction=True)
def test_a_visit_is_one_line_of_the_timeline(shop, client_as, owner):
    from wafaa.know.customers.models import DistinctId

    customer = DistinctId.objects.get(distinct_id="C1").customer
    text = read(client_as(owner, **ENGLISH).get(reverse("customer", args=[customer.uuid])))
    assert text.count("Visit, ") == 1
    assert "Looked at" not in text
    assert "Last visit" in text
