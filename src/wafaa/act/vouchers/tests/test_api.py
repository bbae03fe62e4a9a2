"""The way of a shop's program: vouchers are made, a code is asked, held, redeemed and taken back, with figures that add up."""

import uuid

import pytest
from tests.build import make_customer

from wafaa.act.vouchers.tests.build import NOON, make_vouchers
from wafaa.kit import clock
from wafaa.show.api.tests.calls import call, make_key, walk

pytestmark = pytest.mark.django_db
CART = {"currency": "SAR", "lines": [{"sku": "MUG", "amount_minor": 15_000}]}
BODY = {"name": {"en": "Ten off", "ar": "خصم عشرة"}, "kind": "percent", "percent": "10", "currency": "sar"}


@pytest.fixture
def ask():
    key = make_key("write")

    def send(method, path, body=None, **more):
        return call(method, f"/v1/vouchers/{path}", body=body, key=key, **more)

    send.key = key
    with clock.fixed_at(NOON):
        yield send


def test_a_program_makes_asks_holds_redeems_and_takes_back(ask):
    pool = ask("POST", "pools", {**BODY, "pattern": "TEN-####-####", "minimum_minor": 10_000}).json()
    assert (pool["percent"], pool["state"], pool["codes"]) == ("10", "running", 0)
    assert pool["sentence"]["en"].replace("\u2066", "").startswith("The voucher takes 10%")
    batch = ask("POST", f"pools/{pool['id']}/codes", {"key": "b1", "count": 3}).json()
    assert (batch["state"], batch["made"]) == ("done", 3)
    codes = walk(f"/v1/vouchers/pools/{pool['id']}/codes?limit=2", key=ask.key)
    assert len({one["code"] for one in codes}) == 3

    code = codes[0]["code"].lower()
    answer = ask("POST", "validate", {"code": code, "cart": CART}).json()
    assert (answer["is_valid"], answer["given"]) == (True, {"amount_minor": 1_500, "currency": "SAR"})
    held = ask("POST", "reservations", {"key": "cart-1", "code": code, "cart": CART, "seconds": 600}).json()
    assert (held["state"], held["ends_at"]) == ("reserved", "2026-11-22T09:10:00Z")
    paid = ask("POST", f"uses/{held['id']}/redeem", {"key": "order-1", "order_id": "1001"}).json()
    assert (paid["state"], paid["order_id"], paid["is_replay"]) == ("redeemed", "1001", False)
    again = ask("POST", f"uses/{held['id']}/redeem", {"key": "order-1", "order_id": "1001"}).json()
    assert {**again, "is_replay": False} == paid
    other = ask("POST", f"uses/{held['id']}/redeem", {"key": "order-1", "order_id": "1002"})
    assert (other.status_code, other.json()["code"]) == (409, "voucher_key_reused")
    back = ask("POST", f"uses/{held['id']}/roll-back", {"key": "refund-1", "amount_minor": 500}).json()
    assert (back["amount"]["amount_minor"], back["returned"]["amount_minor"]) == (500, 500)

    pool = ask("GET", f"pools/{pool['id']}").json()
    assert (pool["codes"], pool["used"], pool["given"]) == (
        3,
        1,
        [{"amount_minor": 1_000, "currency": "SAR"}],
    )


def test_every_reason_comes_in_both_languages_with_what_helps(ask):
    make_vouchers("SAVE20", minimum_minor=20_000, stores=("RUH-1",))

    answer = ask("POST", "validate", {"code": "save-20", "cart": CART}).json()

    assert (answer["is_valid"], answer["given"]) == (False, None)
    assert [one["reason"] for one in answer["refusals"]] == ["wrong_store", "minimum_not_reached"]
    least = answer["refusals"][1]
    assert least["missing"] == {"amount_minor": 5_000, "currency": "SAR"}
    assert set(least["text"]) == set(least["help"]) == {"ar", "en"}
    refused = ask("POST", "redemptions", {"key": "k", "code": "save-20", "cart": CART})
    assert (refused.status_code, refused.json()["code"]) == (422, "voucher_wrong_store")
    unknown = ask("POST", "validate", {"code": "nothing"}).json()
    assert (unknown["kind"], [one["reason"] for one in unknown["refusals"]]) == ("", ["unknown"])


def test_codes_are_brought_given_paused_and_changed(ask):
    pool = ask("POST", "pools", {**BODY, "customer_uses_max": 1}).json()
    batch = ask("POST", f"pools/{pool['id']}/import", {"key": "i", "codes": ["A1", "a-1", "B!"]}).json()
    assert [(one["line"], one["reason"]) for one in batch["refused"]] == [(2, "twice"), (3, "unreadable")]
    customer = make_customer("C1")
    given = ask("POST", f"pools/{pool['id']}/give", {"key": "g", "customer_id": str(customer.uuid)}).json()
    assert (given["code"], given["customer_id"], given["is_personal"]) == ("A1", str(customer.uuid), True)
    assert ask("POST", f"pools/{pool['id']}/state", {"is_paused": True}).json()["state"] == "paused"
    taken = {"key": "k", "code": "A1", "cart": CART, "customer_id": str(customer.uuid)}
    assert ask("POST", "redemptions", taken).json()["code"] == "voucher_paused"
    ask("POST", f"pools/{pool['id']}/state", {"is_paused": False})
    changed = ask(
        "PUT", f"pools/{pool['id']}", {**BODY, "percent": "90", "ends_at": "2026-12-01T00:00:00Z"}
    ).json()
    assert (changed["percent"], changed["ends_at"], changed["customer_uses_max"]) == (
        "10",
        "2026-12-01T00:00:00Z",
        None,
    )
    assert ask("POST", "redemptions", taken).json()["amount"]["amount_minor"] == 1_500


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("pools", {**BODY, "percent": "0"}, 422, "voucher_terms_wrong"),
        ("pools", {**BODY, "pattern": "AB"}, 422, "voucher_pattern_wrong"),
        ("pools", {**BODY, "price": 1}, 422, "validation_failed"),
        (f"uses/{uuid.UUID(int=7)}/release", {"key": "k"}, 404, "voucher_use_missing"),
        (
            "redemptions",
            {"key": "k", "code": "x", "customer_id": str(uuid.UUID(int=7))},
            404,
            "customer_missing",
        ),
        ("redemptions", {"code": "x"}, 422, "validation_failed"),
    ],
)
def test_what_cannot_be_is_told_by_its_code(ask, path, body, status, code):
    answer = ask("POST", path, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
