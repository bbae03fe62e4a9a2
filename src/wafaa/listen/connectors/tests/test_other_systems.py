"""The smaller connectors through the whole house: signed deliveries at our address, the past by jobs, contacts both ways."""

import base64
import hmac
import json
import time
from contextlib import closing
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import NOON, make_business, make_customer, make_event, tell
from tests.draining import drain_all

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, Refund
from wafaa.listen.connectors.actions import fetch_named, push_changes, start_backfill, turn_page
from wafaa.listen.connectors.chatwoot.tests.test_chatwoot import MESSAGE
from wafaa.listen.connectors.hubspot.tests.test_hubspot import CHANGE, Portal
from wafaa.listen.connectors.models import Connection, Delivery
from wafaa.listen.connectors.salla.tests.samples import CART, ORDER, SHIPMENT, make_delivery, make_order
from wafaa.listen.connectors.salla.tests.test_salla_past import TOKEN, Store
from wafaa.listen.connectors.tasks import fetch_objects, push
from wafaa.listen.connectors.tests.hostile import NOT_JSON, spoil
from wafaa.listen.connectors.tests.sending import make_connection
from wafaa.listen.connectors.tests.stand_in import open_system
from wafaa.listen.connectors.webhook.tests.test_webhook import CALL
from wafaa.listen.connectors.zammad.tests.test_zammad import ARTICLE, TICKET
from wafaa.listen.connectors.zid.tests.samples import ORDER as ZID_ORDER
from wafaa.stream.catalogue import find_mismatches
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
SECRET = "hush"
PATIENCE_S = 20
CHANGE_CITY = (
    "UPDATE know_customers_customer SET city = 'x', changed_in = pg_current_xact_id() WHERE email = %(email)s"
)


@pytest.fixture(autouse=True)
def business(db):
    make_business()


@pytest.fixture
def outside(settings):
    """Stand-ins are on this machine."""
    settings.OUTBOUND_ALLOW_PRIVATE = True


def prove(connection: Connection, raw: bytes) -> dict[str, str]:
    """The headers by which each system proves itself, written from its documentation."""

    def mac(content: bytes, algorithm: str = "sha256") -> bytes:
        return hmac.new(SECRET.encode(), content, algorithm).digest()

    now = str(int(clock.now().timestamp()))
    match connection.system:
        case "salla":
            return {"X-Salla-Signature": mac(raw).hex()}
        case "zid":
            return {"Authorization": "Basic " + base64.b64encode(f"wafaa:{SECRET}".encode()).decode()}
        case "chatwoot":
            signature = mac(now.encode() + b"." + raw).hex()
            return {"X-Chatwoot-Signature": f"sha256={signature}", "X-Chatwoot-Timestamp": now}
        case "zammad":
            return {"X-Hub-Signature": "sha1=" + mac(raw, "sha1").hex()}
        case "hubspot":
            address = f"http://testserver/hooks/{connection.uuid}/"
            signature = mac(b"POST" + address.encode() + raw + f"{now}000".encode())
            return {
                "X-HubSpot-Signature-v3": base64.b64encode(signature).decode(),
                "X-HubSpot-Request-Timestamp": f"{now}000",
            }
    return {"X-Signature": mac(raw).hex()}


def send_to(connection: Connection, body: Any, *, topic: str = "", headers: dict | None = None) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = Client().post(
        f"/hooks/{connection.uuid}/{topic}",
        raw,
        content_type="application/json",
        headers=prove(connection, raw) if headers is None else headers,
    )
    return response.status_code


def open_connection(system: str, **given: str) -> Connection:
    return make_connection(system, secret=SECRET, **given)


def list_names() -> list[str]:
    return list(Event.objects.order_by("position").values_list("name", flat=True))


BODIES = {
    "salla": ("", make_delivery("order.created", ORDER), ["identify", "Order Completed", "Order Paid"]),
    "zid": ("order.create", ZID_ORDER, ["identify", "Order Completed", "Order Paid"]),
    "chatwoot": ("", MESSAGE, ["identify", "Support Message Received"]),
    "zammad": (
        "",
        {"ticket": TICKET, "article": ARTICLE},
        ["identify", "Support Conversation Started", "Support Message Received"],
    ),
    "webhook": ("", CALL, ["Support Call Ended"]),
}


@pytest.mark.parametrize("system", BODIES)
def test_a_delivery_becomes_events_once_and_an_unsigned_one_nothing(system):
    topic, body, names = BODIES[system]
    connection = open_connection(system, preset="calls", header="X-Signature")

    assert send_to(connection, body, topic=topic, headers={}) == 401
    assert list_names() == []
    for _again in range(3):
        assert send_to(connection, body, topic=topic) == 200

    assert list_names() == names
    for name, properties in Event.objects.values_list("name", "properties"):
        assert find_mismatches(name, properties) == set()
    assert set(Event.objects.values_list("source", flat=True)) == {connection.source}
    drain_all()


@pytest.mark.parametrize("system", [*BODIES, "hubspot"])
def test_no_body_breaks_our_address(system):
    topic, body, _names = BODIES.get(system, ("", [CHANGE], []))
    connection = open_connection(system, preset="calls", header="X-Signature", token="pat")
    bodies = [*NOT_JSON, *list(spoil(body))[:: 40 if system != "webhook" else 5]]

    statuses = {send_to(connection, one, topic=topic) for one in bodies}

    assert statuses <= {200, 202, 400, 413, 422}


def test_an_order_of_salla_lives_through_its_statuses_and_counts_once():
    connection = open_connection("salla")
    changes = [
        ("order.created", {}, "10:00:00"),
        ("order.status.updated", {"status": {"slug": "shipped"}}, "11:00:00"),
        ("order.updated", {"status": {"slug": "delivered"}}, "12:00:00"),
        ("order.refunded", {"status": {"slug": "restored"}}, "13:00:00"),
    ]
    for event, change, at in changes:
        body = make_delivery(event, make_order(**change), at=f"Thu Feb 26 2026 {at} GMT+0300")
        assert send_to(connection, body) == 200
    # late and out of order: changes nothing
    late = make_delivery("order.updated", make_order(items=[]), at="Thu Feb 26 2026 10:30:00 GMT+0300")
    assert send_to(connection, late) == 200
    drain_all()

    order = Order.objects.get(source=connection.source)
    assert (order.external_id, order.gross_minor, order.counted) == ("2116149737", 18100, True)
    assert order.discount_minor == 500
    customer = order.customer
    assert (customer.name, customer.phone, customer.country) == ("محمد علي", "+966551234567", "SA")
    assert Refund.objects.get(source=connection.source).amount_minor == 19600
    names = list_names()
    for name in ("Order Completed", "Order Shipped", "Order Delivered", "Order Refunded", "Order Paid"):
        assert names.count(name) == 1, name


def test_a_shipment_of_salla_stands_on_whoever_ordered():
    connection = open_connection("salla")
    assert send_to(connection, make_delivery("order.created", ORDER)) == 200
    assert send_to(connection, make_delivery("shipment.updated", SHIPMENT)) == 200

    told = Event.objects.filter(name="Order Delivered").values_list("distinct_id", flat=True)
    assert list(told) == [f"salla:{connection.uuid8}:225167971"]


def test_the_past_of_salla_survives_a_kill_between_two_pages(outside):
    with open_system(Store(busy_at=5).answer) as (address, _asked):
        connection = open_connection("salla", token=TOKEN)
        Connection.objects.filter(pk=connection.pk).update(settings={"api_address": address})
        connection.refresh_from_db()
        backfill = start_backfill(connection=connection, staff=None)
        first = turn_page(backfill=backfill)
        # a kill here: whoever comes next finds the cursor where it stood, and waits as long as Salla wants
        second = turn_page(backfill=backfill)
        backfill.refresh_from_db()
        assert (first, second, backfill.cursor) == (0.0, 60.0, "orders:1:1")
        with clock.fixed_at(backfill.wait_until):
            while turn_page(backfill=backfill) is not None:
                continue

    backfill.refresh_from_db()
    drain_all()
    assert backfill.state == "done"
    assert Order.objects.filter(source=connection.source).count() == 17
    assert Customer.objects.filter(merged_into=None).count() == 1
    assert list_names().count("Checkout Abandoned") == 1


def read_past_of_salla(connection: Connection) -> None:
    backfill = start_backfill(connection=connection, staff=None)
    while turn_page(backfill=backfill) is not None:
        continue
    drain_all()


def test_what_salla_is_asked_for_mends_what_was_missed_and_late_webhooks_change_nothing(outside):
    """Our address was out of reach while an order was cancelled and another one was opened again."""
    connection = open_connection("salla", token=TOKEN)
    missed = make_order(id=100, status={"slug": "canceled", "name": "ملغي"})
    assert send_to(connection, make_delivery("order.cancelled", missed)) == 200
    with open_system(Store().answer) as (address, _asked):
        Connection.objects.filter(pk=connection.pk).update(settings={"api_address": address})
        connection.refresh_from_db()
        read_past_of_salla(connection)
        told = Event.objects.count()
        read_past_of_salla(connection)

    assert Event.objects.count() == told
    orders = Order.objects.filter(source=connection.source)
    assert (orders.count(), orders.filter(counted=True).count()) == (17, 17)
    late = make_delivery("order.cancelled", missed, at="Fri Feb 27 2026 10:00:00 GMT+0300")
    assert send_to(connection, late) == 200
    drain_all()
    assert orders.filter(counted=True).count() == 17


def push_until(connection: Connection, count: int) -> int:
    """A customer is given when no older transaction of the whole cluster is in flight: other tests may have some."""
    end, given = time.monotonic() + PATIENCE_S, 0
    while given < count and time.monotonic() < end:
        given += push_changes(connection=connection)
    return given


def open_hubspot(address: str, **given: str) -> Connection:
    connection = open_connection("hubspot", token="pat", **given)
    Connection.objects.filter(pk=connection.pk).update(
        settings={**connection.settings, "api_address": address}
    )
    connection.refresh_from_db()
    return connection


def test_a_contact_that_changes_in_hubspot_is_fetched_and_known_here(outside):
    with open_system(Portal().answer) as (address, asked):
        connection = open_hubspot(address)
        assert send_to(connection, [{**CHANGE, "objectId": 7}, {**CHANGE, "objectId": 7}]) == 200
        assert asked == []  # never while HubSpot waits for our answer
        job = ProcrastinateJob.objects.get(task_name=fetch_objects.name)
        assert job.args == {"connection_id": connection.pk, "ids": ["7"]}
        assert fetch_named(connection=connection, ids=["7"]) is None
        fetch_objects(connection_id=connection.pk, ids=["7"])
    drain_all()

    customer = Customer.objects.get(distinct_ids__distinct_id=f"hubspot:{connection.uuid8}:7")
    assert (customer.name, customer.email, customer.phone) == (
        "سارة العتيبي",
        "c7@example.sa",
        "+966551234567",
    )
    assert list_names() == ["identify"]


@pytest.mark.django_db(transaction=True)
def test_customers_that_changed_here_are_given_to_hubspot_once(outside):
    portal = Portal()
    with open_system(portal.answer) as (address, _asked):
        connection = open_hubspot(address)
        for number in range(3):
            make_customer(str(number), name="نورة القحطاني", email=f"n{number}@example.sa")
        make_customer("9", name="بلا بريد")
        make_customer("10", email="demo@example.sa", source="demo")
        push_until(connection, 3)
        first = [row["id"] for row in portal.upserted]
        assert push_changes(connection=connection) == 0
        tell(make_event("identify", distinct_id="1", at=NOON, properties={"city": "جدة"}))
        end = time.monotonic() + PATIENCE_S
        while len(portal.upserted) < 4 and time.monotonic() < end:
            push(0)
        assert push_changes(connection=connection) == 0

    assert first == ["n0@example.sa", "n1@example.sa", "n2@example.sa"]
    assert portal.upserted[3:] == [
        {
            "idProperty": "email",
            "id": "n1@example.sa",
            "properties": {"firstname": "نورة", "lastname": "القحطاني", "city": "جدة"},
        }
    ]


@pytest.mark.django_db(transaction=True)
def test_what_came_from_hubspot_and_goes_back_ends_there(outside):
    """Their change is fetched, our customer changes, is given back, HubSpot tells our own change: that is the end."""
    portal = Portal()
    with open_system(portal.answer) as (address, asked):
        connection = open_hubspot(address)
        fetch_named(connection=connection, ids=["7"])
        drain_all()
        assert push_until(connection, 1) == 1
        echo = {**CHANGE, "objectId": 7, "changeSource": "INTEGRATION", "sourceId": str(CHANGE["appId"])}
        asked_before = len(asked)
        assert send_to(connection, [echo]) == 200
        assert push_changes(connection=connection) == 0

    assert len(asked) == asked_before
    assert Delivery.objects.get().events == 0
    assert portal.upserted[0]["properties"] == {
        "phone": "+966551234567",
        "city": "الرياض",
        "country": "Saudi Arabia",
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_still_in_flight_is_given_when_it_has_landed_and_other_databases_hold_nothing_up(outside):
    portal = Portal()
    elsewhere, here = database.copy(), database.copy()
    elsewhere.settings_dict = {**elsewhere.settings_dict, "NAME": "postgres"}
    with open_system(portal.answer) as (address, _asked), closing(elsewhere), closing(here):
        connection = open_hubspot(address)
        make_customer("1", email="n1@example.sa")
        make_customer("2", email="n2@example.sa")
        push_until(connection, 2)
        # somebody else's long work on the same server
        elsewhere.set_autocommit(False)
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        # our own, which began first and ends last
        here.set_autocommit(False)
        with here.cursor() as cursor:
            cursor.execute(CHANGE_CITY, {"email": "n1@example.sa"})
        with database.cursor() as cursor:
            cursor.execute(CHANGE_CITY, {"email": "n2@example.sa"})
        assert push_changes(connection=connection) == 0
        here.commit()
        given = push_until(connection, 2)
        elsewhere.rollback()

    assert given == 2
    assert [row["id"] for row in portal.upserted[2:]] == ["n1@example.sa", "n2@example.sa"]


def test_where_contacts_only_come_in_none_goes_out(outside):
    with open_system(Portal().answer) as (address, asked):
        connection = open_hubspot(address, direction="in")
        make_customer("1", email="n@example.sa")

        assert push_changes(connection=connection) == 0
    assert asked == []


def test_an_abandoned_cart_of_salla_stands_on_its_customer():
    connection = open_connection("salla")
    assert send_to(connection, make_delivery("abandoned.cart", CART)) == 200
    drain_all()

    assert list_names() == ["identify", "Checkout Abandoned"]
    assert Customer.objects.get().phone == "+966551234567"


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("system", [*BODIES, "hubspot"])
def test_the_page_of_a_system_says_what_to_do_in_both_languages(client_as, owner, system, language):
    client = client_as(owner)

    page = client.get(reverse("connection-new", args=[system]), headers={"Accept-Language": language})

    assert page.status_code == 200
    shown = page.content.decode()
    for wrong in ("{address}", "{secret}", "{scopes}", "{properties}"):
        assert wrong not in shown
