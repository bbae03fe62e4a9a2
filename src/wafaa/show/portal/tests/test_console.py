"""The console's page about the members' pages."""

import pytest
from tests.build import make_business

from wafaa.access.audit.models import Change
from wafaa.show.portal.queries import get_portal

pytestmark = pytest.mark.django_db

TOLD = {"is_on": "on", "welcome_en": "Hello", "frame_sites": "https://shop.example\n"}


def test_the_owner_opens_it_and_the_trail_knows(owner, client_as):
    make_business(name="Palm")
    page = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    assert page.post("/settings/portal/", TOLD).status_code == 302

    portal = get_portal()
    assert (portal.is_on, portal.may_join, portal.welcome_en, portal.frame_sites) == (
        True, False, "Hello", ["https://shop.example"],
    )  # fmt: skip
    change = Change.objects.get(deed="change_portal")
    assert change.after == {"is_on": True, "welcome_en": "Hello", "frame_sites": "https://shop.example"}
    shown = page.get("/settings/portal/")
    assert "/me/</bdi>" in shown.content.decode()
    assert "frame-src 'self'" in shown["Content-Security-Policy"]


def test_the_address_is_the_server_s_own_until_another_is_named(owner, client_as, settings):
    """A code that leads to this computer only is no code to put up."""
    page = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    settings.WEB_ADDRESS = "http://127.0.0.1:9123"
    shown = page.get("/settings/portal/").content.decode()
    assert "http://127.0.0.1:9123/me/" in shown
    assert "Only this computer opens this address." in shown

    settings.CSRF_TRUSTED_ORIGINS = ["https://club.example"]
    shown = page.get("/settings/portal/").content.decode()
    assert "https://club.example/me/" in shown
    assert "Only this computer" not in shown


@pytest.mark.parametrize(
    "site", ["javascript:alert(1)", "https://shop.example/path", "https://a b", "*", "https://x;y"]
)
def test_only_addresses_of_sites_may_frame_it(owner, client_as, site):
    response = client_as(owner).post("/settings/portal/", {**TOLD, "frame_sites": site})
    assert response.status_code == 422
    assert get_portal().frame_sites == []


def test_a_cashier_may_not(cashier, client_as):
    assert client_as(cashier).get("/settings/portal/").status_code == 403
