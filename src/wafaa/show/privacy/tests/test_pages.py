"""Who may hand out and erase a person, and what has to be typed for it; programs; the worker's part."""

import io
import zipfile

import pytest
from tests.build import make_customer, make_order
from tests.cast import PASSWORD

from wafaa.access.audit.models import Change
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.show.api.tests.calls import call, make_key
from wafaa.show.privacy.actions import run_erasure
from wafaa.show.privacy.models import Erasure

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def noura(db):
    customer = make_customer("C1", name="Noura Hill", email="noura@example.com")
    make_order("O1", customer="C1")
    return customer


@pytest.fixture
def page(client_as, manager):
    """A manager who has just typed the password once more."""
    client = client_as(manager, **ENGLISH)
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def test_a_browser_left_open_erases_nobody(client_as, manager, noura):
    client = client_as(manager)
    address = f"/customers/{noura.uuid}/privacy/erase/"
    asked = client.get(address)
    assert (asked.status_code, asked["Location"]) == (
        302,
        f"/account/confirm/?next={address.replace('/', '%2F')}",
    )
    assert client.post(address, {"reason": "asked", "typed": "Noura Hill"}).status_code == 302
    assert Erasure.objects.count() == 0


def test_the_name_has_to_be_typed(page, noura):
    answer = page.post(f"/customers/{noura.uuid}/privacy/erase/", {"reason": "asked", "typed": "Noura"})
    assert answer.status_code == 422
    assert Erasure.objects.count() == 0


def test_it_is_asked_for_followed_and_ends_in_a_certificate(page, manager, noura):
    address = f"/customers/{noura.uuid}/privacy/"
    asked = page.post(f"{address}erase/", {"reason": "asked", "typed": " noura hill "})
    erasure = Erasure.objects.get()
    assert asked["Location"] == f"/customers/erasures/{erasure.uuid}/"
    assert "being erased" in page.get(address).content.decode()
    assert "hx-get" in page.get(asked["Location"], HTTP_HX_REQUEST="true").content.decode()
    again = page.post(f"{address}erase/", {"reason": "asked", "typed": "Noura Hill"})
    assert again["Location"] == asked["Location"]

    run_erasure(erasure_uuid=erasure.uuid)

    shown = page.get(asked["Location"]).content.decode()
    assert "What ages out by itself" in shown
    assert str(manager) in shown
    assert "oura" not in shown
    assert page.get(address).status_code == 404
    assert "oura" not in page.get("/customers/erasures/").content.decode()
    assert (Customer.objects.count(), Order.objects.count()) == (0, 0)


def test_a_copy_is_saved_and_the_trail_says_so(page, noura):
    answer = page.post(f"/customers/{noura.uuid}/privacy/export/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert {"customers.json", "orders.json", "events.json", "summary.html"} <= set(archive.namelist())
    assert answer["Content-Disposition"] == 'attachment; filename="personal-data.zip"'
    assert Change.objects.get(deed="export_customer").subject == "C1"


def test_a_program_erases_a_customer_and_asks_until_it_is_done(noura):
    key = make_key("write")
    asked = call("DELETE", f"/v1/customers/{noura.uuid}", key=key)
    assert (asked.status_code, asked.json()["is_done"]) == (200, False)
    again = call("DELETE", f"/v1/customers/{noura.uuid}", key=key)
    assert again.json()["id"] == asked.json()["id"]

    run_erasure(erasure_uuid=Erasure.objects.get().uuid)

    done = call("GET", f"/v1/erasures/{asked.json()['id']}", key=make_key()).json()
    assert (done["is_done"], done["counts"]["orders"]) == (True, 1)
    assert call("DELETE", f"/v1/customers/{noura.uuid}", key=key).status_code == 404
    assert Change.objects.get(deed="erase_customer").via.startswith("Accounting")
