"""The address that systems send to: what is wrong is refused or kept, what is right is durable."""

import json

import pytest
from django.test import Client
from tests.build import make_business

from wafaa.listen.connectors.actions import (
    pause_connection,
    read_again,
    read_waiting,
    resume_connection,
)
from wafaa.listen.connectors.models import Connection, Delivery
from wafaa.listen.connectors.shopify.tests.bodies import order
from wafaa.listen.connectors.tests.sending import (
    make_connection,
    post,
    send_shopify,
    send_woo,
    sign,
)
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db) -> Connection:
    make_business()
    return make_connection()


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_signature_is_counted_and_nothing_of_it_is_kept(shop, secret):
    assert send_shopify(shop, "orders/create", order(), secret=secret) == 401

    shop.refresh_from_db()
    assert (shop.refused, shop.last_refusal, shop.received) == (1, "unsigned", 0)
    assert not Delivery.objects.exists()
    assert not Event.objects.exists()


def test_no_signature_at_all_is_refused(shop):
    assert post(shop, b"{}", {"x-shopify-topic": "orders/create"}) == 401


def test_a_signature_with_strange_letters_is_refused(shop):
    assert post(shop, b"{}", {"x-shopify-hmac-sha256": "é"}) == 401


def test_one_changed_letter_is_refused(shop):
    raw = json.dumps(order()).encode()
    headers = {"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": sign(raw)}
    assert post(shop, raw.replace(b"50.00", b"51.00"), headers) == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"id": 1}', b'{"id": 1, "updated_at": "soon"}'])
def test_what_cannot_be_read_is_answered_and_kept(shop, body):
    assert send_shopify(shop, "orders/create", body) == 200

    kept = Delivery.objects.get()
    assert (kept.status, kept.why, kept.topic) == ("failed", "unreadable", "orders/create")
    assert kept.body
    assert "x-shopify-hmac-sha256" not in kept.headers


def test_what_was_kept_can_be_read_again(shop):
    send_shopify(shop, "orders/create", b"{")
    kept = Delivery.objects.get()
    Delivery.objects.update(body=json.dumps(order()))
    kept.refresh_from_db()

    read_again(delivery=kept)

    kept.refresh_from_db()
    assert (kept.status, kept.body, kept.events) == ("taken", "", 3)
    read_again(delivery=kept)
    assert Event.objects.count() == 3


def test_a_paused_connection_loses_nothing(shop):
    pause_connection(connection=shop, staff=None)
    assert send_shopify(shop, "orders/create", order(), delivery="d1") == 200
    assert send_shopify(shop, "orders/create", order(), delivery="d1") == 200
    assert not Event.objects.exists()

    shop.refresh_from_db()
    assert read_waiting(connection=resume_connection(connection=shop, staff=None)) == 1

    assert Event.objects.count() == 3


def test_a_letter_that_no_database_holds_is_left_out(shop):
    assert send_shopify(shop, "orders/create", order(cancel_reason="a\u0000b", name="#\u00001")) == 200
    assert Event.objects.filter(name="Order Completed").exists()


def test_a_body_may_have_one_megabyte(shop):
    assert post(shop, b" " * (1024 * 1024 + 1), {}) == 413


def test_an_unknown_address_is_not_there():
    assert (
        Client().post("/hooks/00000000-0000-0000-0000-000000000007/", b"{}", "application/json").status_code
        == 404
    )


def test_a_lost_slash_is_no_redirect(shop):
    raw = json.dumps(order()).encode()
    headers = {"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": sign(raw)}
    response = Client().post(f"/hooks/{shop.uuid}", raw, content_type="application/json", headers=headers)
    assert response.status_code == 200


def test_what_one_connection_tells_another_does_not_know(shop):
    other = make_connection(shop="other.myshopify.com")
    send_shopify(shop, "orders/create", order(), delivery="d1")
    send_shopify(other, "orders/create", order(), delivery="d1")

    assert Event.objects.filter(name="Order Completed").values("source").distinct().count() == 2


def test_the_ping_of_woocommerce_is_answered_and_leaves_nothing(db):
    make_business()
    shop = make_connection("woocommerce")
    assert post(shop, b"webhook_id=7", {}) == 200
    assert not Delivery.objects.exists()
    assert send_woo(shop, "order.created", {"id": 1}, secret="wrong") == 401
