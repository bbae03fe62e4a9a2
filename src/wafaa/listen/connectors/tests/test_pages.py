"""The console's pages about connections: connecting, looking, acting, reading again."""

import re

import pytest
from tests.build import make_business

from wafaa.access.audit.models import Change
from wafaa.listen.connectors.actions import read_waiting
from wafaa.listen.connectors.models import Backfill, Connection, Delivery, Wish
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.sealing import open_secrets
from wafaa.listen.connectors.shopify.tests.bodies import order
from wafaa.listen.connectors.tests.sending import SHOPIFY, make_connection, send_shopify

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client_as, cast):
    make_business()
    client = client_as(cast["manager"])
    client.cookies["wafaa_language"] = "en"
    return client


def read(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def do(client, shop: Connection, deed: str) -> str:
    """The page that follows."""
    response = client.post(f"/connections/{shop.uuid}/do/{deed}/", follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_gallery_shows_every_system(manager, language):
    manager.cookies["wafaa_language"] = language
    page = read(manager, "/connections/")
    assert all(f"/connections/new/{key}/" in page for key in CONNECTORS)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("system", CONNECTORS)
def test_every_system_has_a_form_and_steps(manager, system, language):
    manager.cookies["wafaa_language"] = language
    page = read(manager, f"/connections/new/{system}/")
    assert page.count('<li dir="auto" data-raw>') == len(CONNECTORS[system].steps)
    assert not re.search(
        r"\{\w+\}", re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    )


def test_connecting_shows_the_address_and_keeps_the_secrets_sealed(manager):
    response = manager.post("/connections/new/shopify/", {"label": "نجوم", **SHOPIFY})

    shop = Connection.objects.get()
    assert (str(shop), shop.settings["shop"], shop.state) == ("نجوم", "nujum.myshopify.com", "on")
    assert open_secrets(shop) == {"token": "shpat_1", "secret": "hush"}
    assert "hush" not in shop.sealed
    page = response.content.decode()
    assert f"/hooks/{shop.uuid}/" in page
    assert "shpat_1" not in page
    trail = Change.objects.get(deed="connect_system")
    assert (trail.subject, "shpat_1" in str(trail.after)) == ("نجوم", False)
    assert "shpat_1" not in read(manager, f"/connections/{shop.uuid}/settings/")


def test_a_secret_that_we_make_is_shown_once(manager):
    response = manager.post("/connections/new/presence/", {"label": "Gateways"})

    shop = Connection.objects.get()
    secret = open_secrets(shop)["secret"]
    assert len(secret) == 64
    assert secret in response.content.decode()
    assert secret not in read(manager, f"/connections/{shop.uuid}/")


def test_what_is_missing_is_said_at_its_field(manager):
    response = manager.post("/connections/new/shopify/", {"label": "x", "shop": "a.myshopify.com"})
    assert response.status_code == 422
    assert not Connection.objects.exists()


def test_settings_keep_the_secrets_that_are_left_empty(manager):
    shop = make_connection()
    manager.post(
        f"/connections/{shop.uuid}/settings/", {"label": "New", "shop": "b.myshopify.com", "secret": "s2"}
    )

    shop.refresh_from_db()
    assert (shop.label, shop.settings["shop"]) == ("New", "b.myshopify.com")
    assert open_secrets(shop) == {"token": "shpat_1", "secret": "s2"}
    trail = Change.objects.get(deed="change_connection")
    assert trail.after["secrets"] == "secret"


def test_what_failed_is_seen_and_read_again(manager):
    shop = make_connection()
    send_shopify(shop, "orders/create", b'{"id": "<script>"')
    kept = Delivery.objects.get()
    page = read(manager, f"/connections/{shop.uuid}/")
    assert f"/deliveries/{kept.pk}/" in page
    assert "could not be read" in page
    assert "&lt;script&gt;" in read(manager, f"/connections/{shop.uuid}/deliveries/{kept.pk}/")
    manager.post(f"/connections/{shop.uuid}/deliveries/{kept.pk}/")
    kept.refresh_from_db()
    assert kept.status == "failed"
    Delivery.objects.update(body='{"id": 1, "updated_at": "2026-03-01", "created_at": "2026-03-01"}')
    manager.post(f"/connections/{shop.uuid}/deliveries/{kept.pk}/")
    kept.refresh_from_db()
    assert (kept.status, kept.body) == ("taken", "")


def test_pausing_keeps_and_going_on_reads(manager):
    shop = make_connection()
    assert "Paused" in do(manager, shop, "pause")
    send_shopify(shop, "orders/create", order())
    assert "delivery waits" in read(manager, f"/connections/{shop.uuid}/")
    assert "It goes on" in do(manager, shop, "resume")
    assert read_waiting(connection=Connection.objects.get()) == 1
    assert "cannot do that now" in do(manager, shop, "resume")


def test_disconnecting_forgets_the_secrets_and_keeps_what_was_told(manager):
    shop = make_connection("presence")
    do(manager, shop, "disconnect")

    shop.refresh_from_db()
    assert (shop.state, shop.sealed) == ("disconnected", "")
    assert Change.objects.filter(deed="disconnect_system").count() == 1
    assert "Disconnected" in read(manager, f"/connections/{shop.uuid}/")
    for deed in ("pause", "resume", "test", "fetch", "subscribe"):
        do(manager, shop, deed)
    assert Connection.objects.get().state == "disconnected"


def test_fetching_is_begun_paused_and_cancelled_from_the_page(manager):
    shop = make_connection()
    assert "being fetched" in do(manager, shop, "fetch")
    assert "Pause fetching" in read(manager, f"/connections/{shop.uuid}/")
    assert Backfill.objects.get().state == "running"
    do(manager, shop, "fetch-pause")
    assert Backfill.objects.get().state == "paused"
    do(manager, shop, "fetch-resume")
    do(manager, shop, "fetch-cancel")
    assert Backfill.objects.get().state == "cancelled"
    response = manager.get(f"/connections/{shop.uuid}/progress/?from=running")
    assert response["HX-Refresh"] == "true"


def test_what_a_system_wishes_is_done_by_somebody(manager):
    shop = make_connection()
    send_shopify(shop, "customers/redact", {"customer": {"id": 9}})
    wish = Wish.objects.get()
    assert "asks to be forgotten" in read(manager, f"/connections/{shop.uuid}/")

    manager.post(f"/connections/{shop.uuid}/wishes/{wish.pk}/")

    wish.refresh_from_db()
    assert wish.done_by is not None
    assert "asks to be forgotten" not in read(manager, f"/connections/{shop.uuid}/")


def test_a_deed_that_there_is_not_is_not_found(manager):
    shop = make_connection()
    assert manager.post(f"/connections/{shop.uuid}/do/explode/").status_code == 404
    assert manager.get(f"/connections/{shop.uuid}/do/pause/").status_code == 405
