"""Pages and API of consents: what staff see and note, what programs are told and say."""

import pytest
from tests.build import make_customer, make_event, make_order, make_store, tell

from wafaa.access.audit.models import Change
from wafaa.know.consents.models import Consent, ConsentText
from wafaa.know.consents.queries import may_contact
from wafaa.show.api.tests.calls import call, make_key

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def noura(db):
    return make_customer("C1", name="Noura", email="noura@example.com")


def allows(customer, channel="email"):
    return may_contact([customer.pk], channel, "marketing") == {customer.pk}


def test_staff_note_a_withdrawal_and_it_holds_at_once(client_as, agent, noura):
    tell(make_event("Consent Given", distinct_id="C1", properties={"channel": "email"}))
    client = client_as(agent)
    said = {"channel": "email", "purpose": "marketing", "state": "withdrawn", "reason": "on the phone"}
    response = client.post(f"/customers/{noura.uuid}/consents/change/", said, HTTP_HX_REQUEST="true")

    assert response.status_code == 200
    assert not allows(noura)
    assert Consent.objects.get(is_given=False).reason == "on the phone"
    assert Change.objects.get(deed="withdraw_consent").subject == "C1"
    page = client.get(f"/customers/{noura.uuid}/panels/consents/").content.decode()
    assert "on the phone" in page


def test_without_how_we_know_nothing_is_noted(client_as, agent, noura):
    said = {"channel": "email", "purpose": "marketing", "state": "given", "reason": ""}
    response = client_as(agent).post(f"/customers/{noura.uuid}/consents/change/", said)
    assert response.status_code == 422
    assert Consent.objects.count() == 0


def test_a_branch_sees_and_changes_its_own_customers_only(client_as, branch_manager, olaya, noura):
    client = client_as(branch_manager)
    said = {"channel": "email", "purpose": "marketing", "state": "given", "reason": "x"}
    assert client.post(f"/customers/{noura.uuid}/consents/change/", said).status_code == 404
    assert client.get(f"/customers/{noura.uuid}/panels/consents/").status_code == 404
    assert Consent.objects.count() == 0
    tell(make_event("Consent Given", distinct_id="C1", properties={"channel": "email"}))
    assert list(client.get("/customers/consents/").context["rows"]) == []
    make_order("O1", customer="C1", store=make_store("RUH-1").code)
    assert len(client.get("/customers/consents/").context["rows"]) == 1
    assert client.get("/customers/consents/").context["counts"] == []


def test_the_list_counts_filters_searches_and_is_exported(client_as, owner, noura):
    make_customer("C2", name="James")
    tell(
        make_event("Consent Given", distinct_id="C1", properties={"channel": "email"}),
        make_event("Consent Withdrawn", distinct_id="C2", properties={"channel": "email"}),
    )
    client = client_as(owner)
    page = client.get("/customers/consents/").context
    assert [(one.given, one.withdrawn) for one in page["counts"]] == [(1, 1)]
    assert [row["label"] for row in client.get("/customers/consents/?state=given").context["rows"]] == [
        "Noura"
    ]
    assert [row["label"] for row in client.get("/customers/consents/?q=jam").context["rows"]] == ["James"]
    assert client.get("/customers/consents/?channel=sms").context["rows"] == []
    table = b"".join(client.get("/customers/consents/export/?state=withdrawn").streaming_content).decode()
    assert [line.split(",")[2] for line in table.splitlines()[1:]] == ["James"]


def test_a_wording_is_kept_and_never_changed(client_as, owner, db):
    client = client_as(owner, **ENGLISH)
    told = {
        "channel": "email", "purpose": "marketing", "language": "ar", "version": "2026-01", "text": "نعم", "since": "2026-01-01",
    }  # fmt: skip
    assert client.post("/customers/consents/texts/", told).status_code == 302
    again = client.post("/customers/consents/texts/", {**told, "text": "لا"})
    assert (again.status_code, ConsentText.objects.get().text) == (422, "نعم")
    assert "What was shown is never changed" in again.content.decode()


def test_a_program_says_and_reads_consents(noura):
    key = make_key("write")
    path = f"/v1/customers/{noura.uuid}/consents"
    word = {
        "channel": "sms", "purpose": "marketing", "given": True, "at": "2026-02-01T10:00:00Z", "source": "checkout",
        "text_version": "2026-01", "proof": {"page": "https://example.com/"},
    }  # fmt: skip
    told = call("PUT", path, key=key, body={"consents": [word]})
    assert (told.status_code, told.json()["consents"]) == (
        200,
        [{"channel": "sms", "purpose": "marketing", "given": True, "at": "2026-02-01T10:00:00Z"}],
    )
    call(
        "PUT", path, key=key, body={"consents": [{"channel": "sms", "purpose": "marketing", "given": False}]}
    )
    assert call("GET", path, key=make_key()).json()["consents"][0]["given"] is False
    assert not allows(noura, "sms")
    assert Change.objects.filter(deed="withdraw_consent").get().via.startswith("Accounting")


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "fax"},
        {"purpose": "Not One"},
        {"given": "yes"},
        {"at": "2026-01-01T00:00:00"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_a_program_says_wrongly_changes_nothing(noura, wrong):
    word = {"channel": "sms", "purpose": "marketing", "given": True, **wrong}
    body = {"consents": [{"channel": "email", "purpose": "marketing", "given": True}, word]}
    answer = call("PUT", f"/v1/customers/{noura.uuid}/consents", key=make_key("write"), body=body)
    assert answer.status_code == 422
    assert Consent.objects.count() == 0
