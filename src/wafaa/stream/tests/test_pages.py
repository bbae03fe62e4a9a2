"""The pages of the touchpoints: what comes in, what was parked or refused, and what staff can do about it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_event, tell

from wafaa.access.audit.models import Change
from wafaa.access.keys.actions import create_key
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.rules import Scope
from wafaa.stream.models import Event, ParkedEvent, RefusedMessage
from wafaa.stream.pages.places import read_place, write_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(owner, client_as) -> Client:
    return client_as(owner)


def park(number: str) -> ParkedEvent:
    """An order of the year 1, which no door lets in and no table holds."""
    told = {"order_id": number, "products": []}
    tell(make_event("Order Completed", distinct_id="p", at=datetime(1, 1, 1, tzinfo=UTC), properties=told))
    return ParkedEvent.objects.get()


def refuse(body: str) -> RefusedMessage:
    key = create_key(name="Till", scope=Scope.INGEST, by=None).text
    answer = Client().post(
        "/v1/track", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {key}"
    )
    assert answer.status_code == 400
    return RefusedMessage.objects.get()


def test_the_latest_events_stand_first_and_can_be_narrowed(page):
    tell(make_event("Cart Viewed", distinct_id="7"), make_event("Product Viewed", distinct_id="8"))

    everything = page.get("/touchpoints/").content.decode()
    assert everything.index("Product Viewed") < everything.index("Cart Viewed")
    one = page.get("/touchpoints/", {"who": "7"}).content.decode()
    assert "Cart Viewed" in one
    assert "Product Viewed" not in one
    assert "Cart Viewed" not in page.get("/touchpoints/", {"name": "Product Viewed"}).content.decode()


def test_the_list_moves_until_it_is_held(page):
    tell(make_event("Cart Viewed"))

    assert "every 2s" in page.get("/touchpoints/").content.decode()
    assert "every 2s" not in page.get("/touchpoints/", {"held": "1"}).content.decode()


def test_older_events_are_a_page_away(page):
    tell(*(make_event("page", distinct_id=f"v{number}") for number in range(60)))

    first = page.get("/touchpoints/")
    query = first.context["older_query"]
    older = page.get(f"/touchpoints/?{query}")
    assert len(first.context["rows"]) == 50
    assert len(older.context["rows"]) == 10
    shown = [event.distinct_id for page in (first, older) for _place, event in page.context["rows"]]
    assert len(set(shown)) == 60


def test_an_event_shows_all_that_it_told(page):
    tell(make_event("Cart Viewed", properties={"cart_id": "K-1", "note": "<b>نورة</b>"}))
    event = Event.objects.get()

    shown = page.get(f"/touchpoints/event/{write_place((str(event.xid), event.position))}/").content.decode()
    assert "K-1" in shown
    assert "&lt;b&gt;نورة" in shown
    assert page.get("/touchpoints/event/1-1/").status_code == 404
    assert page.get("/touchpoints/event/x/").status_code == 404


@pytest.mark.parametrize("text", ["", "5", "-1-2", "1-2-3", "a-b", "1" * 20 + "-1", "١-٢"])
def test_what_is_no_place_is_read_as_none(text):
    assert read_place(text) is None


def test_a_parked_event_tells_why_and_is_given_up_with_a_reason(page, owner):
    parked = park("A-1")
    place = write_place((str(parked.xid), parked.position))
    assert "order_time_is_plausible" in page.get("/touchpoints/parked/").content.decode()

    form = {"consumer": parked.consumer, "place": place}
    page.post("/touchpoints/parked/discard/", {**form, "reason": ""})
    assert ParkedEvent.objects.count() == 1

    page.post("/touchpoints/parked/discard/", {**form, "reason": "a test order"})
    assert not ParkedEvent.objects.exists()
    trail = Change.objects.get(deed="discard_parked_event")
    assert (trail.staff, trail.after) == (owner, {"reason": "a test order"})


def test_what_cannot_be_handled_yet_stays_parked_when_it_is_tried_again(page):
    parked = park("A-1")

    answer = page.post("/touchpoints/parked/retry/", {"consumer": parked.consumer, "who": "p"}, follow=True)
    assert ParkedEvent.objects.get().error
    assert "notice" in answer.content.decode()


def test_a_refused_message_is_put_right_and_becomes_an_event(page):
    refused = refuse('{"event": "Cart Viewed"}')
    assert "Cart Viewed" in page.get("/touchpoints/refused/").content.decode()

    address = f"/touchpoints/refused/{refused.pk}/retry/"
    page.post(address, {"body": '{"type": "track", "event": "Cart Viewed"}'})
    assert not Event.objects.exists()
    page.post(address, {"body": '{"type": "track", "event": "Cart Viewed", "userId": "7"}'})

    assert Event.objects.get().distinct_id == "7"
    assert not RefusedMessage.objects.exists()


def test_a_refused_message_is_thrown_away(page):
    refused = refuse("no json")

    page.post(f"/touchpoints/refused/{refused.pk}/discard/")

    assert not RefusedMessage.objects.exists()
    assert Change.objects.filter(deed="discard_refused_message").exists()


def test_names_say_what_is_understood_and_what_came_wrong(page):
    wrong = {"order_id": "1", "products": [{"sku": "A", "price": "ten"}]}
    tell(make_event("Order Completed", properties=wrong), make_event("Lantern Lit"))

    shown = page.get("/touchpoints/names/").content.decode()
    assert "Lantern Lit" in shown
    assert "products[].price" in shown


def test_every_part_that_hears_stands_in_the_list(page):
    shown = page.get("/touchpoints/hearing/").content.decode()

    assert "know.orders" in shown
    assert "know.customers" in shown


def test_a_stretch_is_handed_on_again_by_a_job(page):
    consumers = page.get("/touchpoints/hearing/").context["form"].fields["consumer"].choices
    assert consumers, "nobody can be given events again"
    page.post("/touchpoints/hearing/replay/", {"consumer": consumers[0][0]})

    assert ProcrastinateJob.objects.filter(task_name__contains="replay").exists()
    assert Change.objects.filter(deed="replay_events").exists()


def test_the_sites_lines_hold_a_new_key_once(page):
    assert "wf_ingest_..." in page.get("/touchpoints/site/").content.decode()

    made = page.post("/touchpoints/site/").content.decode()
    key = ApiKey.objects.get()
    assert key.scope == Scope.INGEST
    assert f"wf_ingest_{key.public_id}_" in made
    assert key.public_id not in page.get("/touchpoints/site/").content.decode()


def test_who_may_not_make_keys_gets_none(manager, client_as):
    shown = client_as(manager).post("/touchpoints/site/").content.decode()

    assert "wf_ingest_..." in shown
    assert not ApiKey.objects.exists()
