"""Wallets over /v1: what they hold, and a checkout that holds, captures and puts back."""

import uuid
from datetime import timedelta

import pytest
from tests.statements import watch_statements

from wafaa.access.audit.models import Change
from wafaa.act.points import actions
from wafaa.act.points.rules import UnitKind
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.api.tests.calls import call, get, make_key, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    return make_key("write")


@pytest.fixture
def wallet():
    unit = actions.make_unit(code="points", name={"ar": "نقاط", "en": "points"}, kind=UnitKind.POINTS)
    customer = Customer.objects.create(external_id="1", created_at=clock.now())
    wallet_id = actions.open_wallets(unit_id=unit.pk, customer_ids=[customer.pk])[customer.pk]
    now = clock.now()
    actions.award(key="test:1", wallet_id=wallet_id, amount=100, at=now, expires_at=now + timedelta(days=9))
    actions.award(key="test:2", wallet_id=wallet_id, amount=50, at=now, usable_from=now + timedelta(days=1))
    return customer.wallets.get()


def post(path, body, key):
    return call("POST", path, key=key, body=body)


def test_a_customers_wallets_tell_what_is_there_what_ends_and_what_comes(wallet, key):
    (told,) = get(f"/v1/customers/{wallet.customer.uuid}/wallets", key=key).json()
    assert (told["available"], told["pending"], told["unit"]["code"]) == (100, 50, "points")
    assert [one["amount"] for one in told["ending"] + told["ripening"]] == [100, 50]
    entries = walk(f"/v1/wallets/{wallet.uuid}/entries?limit=1", key=key)
    assert [(one["kind"], one["amount"], one["role"]) for one in entries] == [
        ("award", 50, "pending"),
        ("award", 100, "active"),
    ]


def test_a_checkout_holds_captures_and_puts_back_each_once(wallet, key):
    asked = {"key": "checkout-1", "amount": 80, "order": "1001"}
    hold = post(f"/v1/wallets/{wallet.uuid}/holds", asked, key).json()
    assert post(f"/v1/wallets/{wallet.uuid}/holds", asked, key).json() == hold
    other = post(f"/v1/wallets/{wallet.uuid}/holds", {**asked, "amount": 10}, key)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    short = post(f"/v1/wallets/{wallet.uuid}/holds", {**asked, "key": "checkout-2"}, key)
    assert (short.status_code, short.json()["code"], short.json()["available"]) == (
        422,
        "balance_too_little",
        20,
    )

    first = post(f"/v1/holds/{hold['id']}/capture", {"amount": 60}, key).json()
    again = post(f"/v1/holds/{hold['id']}/capture", {"amount": 60}, key).json()
    assert (first["id"], first["is_replay"], again["is_replay"]) == (again["id"], False, True)
    assert post(f"/v1/holds/{hold['id']}/capture", {}, key).status_code == 409
    assert post(f"/v1/holds/{hold['id']}/void", {}, key).status_code == 409
    assert get(f"/v1/wallets/{wallet.uuid}", key=key).json()["available"] == 40

    assert post(f"/v1/holds/{hold['id']}/restore", {"key": "refund-1", "amount": 60}, key).status_code == 200
    more = post(f"/v1/holds/{hold['id']}/restore", {"key": "refund-2", "amount": 1}, key)
    assert (more.status_code, more.json()["left"]) == (422, 0)
    assert get(f"/v1/wallets/{wallet.uuid}", key=key).json()["available"] == 100


def test_a_released_hold_is_free_again(wallet, key):
    hold = post(f"/v1/wallets/{wallet.uuid}/holds", {"key": "1", "amount": 80}, key).json()
    assert post(f"/v1/holds/{hold['id']}/void", {}, key).json()["state"] == "voided"
    assert post(f"/v1/holds/{hold['id']}/void", {}, key).json()["state"] == "voided"
    assert post(f"/v1/holds/{hold['id']}/restore", {"key": "2", "amount": 1}, key).status_code == 404
    assert get(f"/v1/wallets/{wallet.uuid}", key=key).json()["available"] == 100


def test_a_wallet_that_is_none_holds_nothing(wallet, key):
    refused = post(f"/v1/wallets/{uuid.uuid4()}/holds", {"key": "1", "amount": 1}, key)
    assert (refused.status_code, refused.json()["code"]) == (404, "wallet_missing")


@pytest.mark.django_db(transaction=True)
def test_a_hold_and_its_capture_are_one_statement_each_where_the_key_was_looked_up_a_moment_ago(wallet, key):
    path = f"/v1/wallets/{wallet.uuid}/holds"
    first = post(path, {"key": "first", "amount": 1}, key).json()
    post(f"/v1/holds/{first['id']}/capture", {}, key)
    with watch_statements() as held:
        hold = post(path, {"key": "second", "amount": 1}, key).json()
    with watch_statements() as captured:
        done = post(f"/v1/holds/{hold['id']}/capture", {}, key)

    assert (done.status_code, len(held), len(captured)) == (200, 1, 1), (held, captured)


def test_a_program_puts_a_balance_right_once_and_the_trail_names_its_key(wallet, key):
    asked = {"key": "sorry-1", "amount": -30, "reason": "mistake"}
    first = post(f"/v1/wallets/{wallet.uuid}/adjustments", asked, key).json()
    again = post(f"/v1/wallets/{wallet.uuid}/adjustments", asked, key).json()
    assert (again["id"], again["is_replay"]) == (first["id"], True)
    assert get(f"/v1/wallets/{wallet.uuid}", key=key).json()["available"] == 70
    (line,) = Change.objects.filter(deed="adjust_balance")
    assert (line.via, line.after) == ("Accounting", {"amount": -30, "unit": "points", "reason": "mistake"})


def test_a_program_brings_back_what_ended_once_and_gets_the_same_answer_again(wallet, key):
    at = clock.now() + timedelta(days=9)
    actions.expire_lots(at=at)
    asked = {"key": "outage", "since": (at - timedelta(days=1)).isoformat(), "days": 14}
    path = f"/v1/wallets/{wallet.uuid}/reinstatements"

    amounts = [
        post(path, {**asked, "key": name}, key).json()["amount"] for name in ("outage", "outage", "other")
    ]

    assert amounts == [100, 100, 0]
    assert get(f"/v1/wallets/{wallet.uuid}", key=key).json()["available"] == 100
    assert Change.objects.get(deed="reinstate_balance").via == "Accounting"
