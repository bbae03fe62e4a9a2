"""Every operation against every kind of key: who may, may; who may not, changes nothing."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wafaa.access.keys.actions import create_key, revoke_key
from wafaa.access.keys.rules import Scope
from wafaa.kit import clock
from wafaa.show.api.tests.calls import call, make_key

NOBODY = "00000000-0000-0000-0000-000000000007"
# Each operation and the scope that it asks for: an address that is new has to be put here by hand.
OPERATIONS = {
    ("GET", "/v1/customers"): "read",
    ("GET", "/v1/customers/{customer_id}"): "read",
    ("PATCH", "/v1/customers/{customer_id}"): "write",
    ("DELETE", "/v1/customers/{customer_id}"): "write",
    ("GET", "/v1/customers/{customer_id}/timeline"): "read",
    ("GET", "/v1/customers/{customer_id}/consents"): "read",
    ("PUT", "/v1/customers/{customer_id}/consents"): "write",
    ("GET", "/v1/customers/{customer_id}/totals"): "read",
    ("GET", "/v1/erasures/{erasure_id}"): "read",
    ("GET", "/v1/orders"): "read",
    ("GET", "/v1/orders/{order_id}"): "read",
    ("POST", "/v1/orders"): "write",
    ("POST", "/v1/orders/{order_id}/refunds"): "write",
    ("GET", "/v1/programmes"): "read",
    ("GET", "/v1/programmes/{programme_id}"): "read",
    ("GET", "/v1/programmes/{programme_id}/measures"): "read",
    ("GET", "/v1/programmes/{programme_id}/members"): "read",
    ("DELETE", "/v1/programmes/{programme_id}/members/{customer_id}"): "write",
    ("GET", "/v1/customers/{customer_id}/memberships"): "read",
    ("POST", "/v1/programmes/{programme_id}/members"): "write",
    ("GET", "/v1/programmes/{programme_id}/tiers"): "read",
    ("GET", "/v1/customers/{customer_id}/standings"): "read",
    ("POST", "/v1/quotes"): "read",
    ("GET", "/v1/orders/{order_id}/earnings"): "read",
    ("POST", "/v1/orders/{order_id}/refund-preview"): "read",
    ("GET", "/v1/customers/{customer_id}/wallets"): "read",
    ("GET", "/v1/wallets/{wallet_id}"): "read",
    ("GET", "/v1/wallets/{wallet_id}/entries"): "read",
    ("POST", "/v1/wallets/{wallet_id}/holds"): "write",
    ("POST", "/v1/wallets/{wallet_id}/adjustments"): "write",
    ("POST", "/v1/wallets/{wallet_id}/reinstatements"): "write",
    ("GET", "/v1/adjustments"): "read",
    ("GET", "/v1/adjustments/{request_id}"): "read",
    ("GET", "/v1/holds/{hold_id}"): "read",
    ("POST", "/v1/holds/{hold_id}/capture"): "write",
    ("POST", "/v1/holds/{hold_id}/void"): "write",
    ("POST", "/v1/holds/{hold_id}/restore"): "write",
    ("GET", "/v1/segments"): "read",
    ("POST", "/v1/segments"): "write",
    ("GET", "/v1/segments/{segment_id}"): "read",
    ("PATCH", "/v1/segments/{segment_id}"): "write",
    ("GET", "/v1/segments/{segment_id}/members"): "read",
    ("GET", "/v1/segments/{segment_id}/members/{customer_id}"): "read",
    ("GET", "/v1/segments/{segment_id}/sizes"): "read",
    ("GET", "/v1/segments/{segment_id}/overlap"): "read",
    ("GET", "/v1/measures"): "read",
    ("GET", "/v1/measures/summary"): "read",
    ("GET", "/v1/measures/journey"): "read",
    ("GET", "/v1/measures/cohorts"): "read",
    ("GET", "/v1/measures/pareto"): "read",
    ("GET", "/v1/measures/rfm"): "read",
    ("GET", "/v1/rewards"): "read",
    ("POST", "/v1/rewards"): "write",
    ("GET", "/v1/rewards/{reward_id}"): "read",
    ("PUT", "/v1/rewards/{reward_id}"): "write",
    ("POST", "/v1/rewards/{reward_id}/state"): "write",
    ("PUT", "/v1/rewards/{reward_id}/stock"): "write",
    ("POST", "/v1/rewards/offers"): "read",
    ("GET", "/v1/customers/{customer_id}/redemptions"): "read",
    ("POST", "/v1/redemptions"): "write",
    ("GET", "/v1/redemptions/{redemption_id}"): "read",
    ("POST", "/v1/redemptions/find"): "read",
    ("POST", "/v1/redemptions/{redemption_id}/capture"): "write",
    ("POST", "/v1/redemptions/{redemption_id}/void"): "write",
    ("POST", "/v1/redemptions/{redemption_id}/take-back"): "write",
    ("GET", "/v1/gift-budgets"): "read",
    ("GET", "/v1/customers/{customer_id}/gifts"): "read",
    ("GET", "/v1/surveys"): "read",
    ("POST", "/v1/surveys"): "write",
    ("GET", "/v1/surveys/{survey_id}"): "read",
    ("POST", "/v1/surveys/{survey_id}/publish"): "write",
    ("GET", "/v1/surveys/{survey_id}/collectors"): "read",
    ("POST", "/v1/surveys/{survey_id}/collectors"): "write",
    ("POST", "/v1/surveys/{survey_id}/invitations"): "write",
    ("GET", "/v1/surveys/{survey_id}/responses"): "read",
    ("GET", "/v1/surveys/{survey_id}/results"): "read",
    ("GET", "/v1/satisfaction"): "read",
    ("GET", "/v1/imports"): "read",
    ("GET", "/v1/comments"): "read",
    ("POST", "/v1/comments/read"): "read",
    ("GET", "/v1/reviews"): "read",
    ("GET", "/v1/reviews/{review_id}"): "read",
    ("POST", "/v1/reviews/{review_id}/decision"): "write",
    ("PUT", "/v1/reviews/{review_id}/reply"): "write",
    ("GET", "/v1/vouchers/pools"): "read",
    ("POST", "/v1/vouchers/pools"): "write",
    ("GET", "/v1/vouchers/pools/{pool_id}"): "read",
    ("PUT", "/v1/vouchers/pools/{pool_id}"): "write",
    ("POST", "/v1/vouchers/pools/{pool_id}/state"): "write",
    ("GET", "/v1/vouchers/pools/{pool_id}/codes"): "read",
    ("POST", "/v1/vouchers/pools/{pool_id}/codes"): "write",
    ("POST", "/v1/vouchers/pools/{pool_id}/import"): "write",
    ("POST", "/v1/vouchers/pools/{pool_id}/give"): "write",
    ("GET", "/v1/vouchers/batches/{batch_id}"): "read",
    ("POST", "/v1/vouchers/validate"): "read",
    ("POST", "/v1/vouchers/reservations"): "write",
    ("POST", "/v1/vouchers/redemptions"): "write",
    ("GET", "/v1/vouchers/uses/{use_id}"): "read",
    ("POST", "/v1/vouchers/uses/{use_id}/redeem"): "write",
    ("POST", "/v1/vouchers/uses/{use_id}/release"): "write",
    ("POST", "/v1/vouchers/uses/{use_id}/roll-back"): "write",
    ("POST", "/v1/gift-cards"): "write",
    ("GET", "/v1/gift-cards/{card_id}"): "read",
    ("POST", "/v1/gift-cards/balance"): "read",
    ("POST", "/v1/gift-cards/{card_id}/top-up"): "write",
    ("POST", "/v1/gift-cards/{card_id}/state"): "write",
    ("POST", "/v1/gift-cards/holds"): "write",
    ("POST", "/v1/readability"): "read",
    ("POST", "/v1/readability/compare"): "read",
}
BODIES = {
    "POST": {"name": "Nobody", "definition": {"any": []}},
    "PATCH": {"name": "Nobody"},
    "PUT": {"consents": [{"channel": "email", "purpose": "marketing", "given": False}]},
}
MAY = {"read": {"read", "write"}, "write": {"write"}, "ingest": {"ingest"}}


def do(operation, **more):
    method, path = operation
    address = (
        path.replace("{customer_id}", NOBODY)
        .replace("{order_id}", NOBODY)
        .replace("{erasure_id}", NOBODY)
        .replace("{segment_id}", NOBODY)
        .replace("{survey_id}", NOBODY)
        .replace("{review_id}", NOBODY)
        .replace("{pool_id}", NOBODY)
        .replace("{reward_id}", NOBODY)
        .replace("{redemption_id}", NOBODY)
        .replace("{batch_id}", NOBODY)
        .replace("{use_id}", NOBODY)
        .replace("{card_id}", NOBODY)
        .replace("{wallet_id}", NOBODY)
        .replace("{programme_id}", NOBODY)
        .replace("{hold_id}", NOBODY)
        .replace("{request_id}", NOBODY)
    )
    return call(method, address, body=BODIES.get(method), **more)


def find_writes(queries):
    """What was written; an allowance of wrong keys is counted whoever asks."""
    written = [
        query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SET", "SAVEPOINT"))
    ]
    return [sql for sql in written if "access_limits" not in sql and "RELEASE" not in sql]


def test_the_list_of_operations_is_whole():
    from wafaa.show.api.api import get_document

    told = {
        (method.upper(), path): next(iter(operation["security"][0]))
        for path, operations in get_document()["paths"].items()
        for method, operation in operations.items()
    }
    assert told == {
        operation: {"read": "ReadKey", "write": "WriteKey"}[scope] for operation, scope in OPERATIONS.items()
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_only_keys_with_the_scope_get_through(operation, db):
    for held in ("ingest", "read", "write"):
        key = make_key(held)

        with CaptureQueriesContext(connection) as queries:
            response = do(operation, key=key)

        may = held in MAY[OPERATIONS[operation]]
        assert (response.status_code == 403) is not may, f"{held}: {response.status_code}"
        assert response.status_code != 401
        assert response.status_code < 500 or response.status_code == 503
        if not may:
            assert response.json()["code"] == "scope_missing"
            assert [sql for sql in find_writes(queries) if "last_used_at" not in sql] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_without_a_working_key_nobody_gets_in(operation, db):
    good = make_key("write")
    revoked = create_key(name="Old", scope=Scope.WRITE, by=None)
    revoke_key(key=revoked.key, by=None)
    with clock.fixed_at(datetime(2026, 1, 1, tzinfo=UTC)):
        late = create_key(name="Late", scope=Scope.WRITE, by=None, expires_at=clock.now() + timedelta(days=1))
    cases = {
        "": "key_missing",
        "Bearer": "key_missing",
        "Bearer ": "key_missing",
        "Digest abc": "key_missing",
        "Basic ***": "key_wrong",
        "Bearer nonsense": "key_wrong",
        f"Bearer {good[:-1]}{'0' if good[-1] != '0' else '1'}": "key_wrong",
        f"Bearer {good.replace('write', 'read')}": "key_wrong",
        f"Bearer wf_write_{'0' * 12}_{'0' * 64}": "key_wrong",
        f"Bearer {good}\x00": "key_wrong",
        f"Basic {base64.b64encode(f'{good}:secret'.encode()).decode()}": "key_wrong",
        f"Bearer {revoked.text}": "key_revoked",
        f"Bearer {late.text}": "key_expired",
    }
    for header, code in cases.items():
        with CaptureQueriesContext(connection) as queries:
            response = do(operation, headers={"Authorization": header} if header else {})

        assert (response.status_code, response.json()["code"]) == (401, code), header
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert find_writes(queries) == []


def test_basic_carries_the_key_as_user_name(db):
    basic = base64.b64encode(f"{make_key()}:".encode()).decode()

    assert call("GET", "/v1/customers", headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_wrong_key_sent_too_often_is_told_to_wait_and_a_good_one_is_not(db, settings):
    settings.RATE_LIMITS = True
    answers = [call("GET", "/v1/customers", key="wrong") for _ in range(31)]

    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert answers[-1].json()["code"] == "too_many_attempts"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 10
    assert call("GET", "/v1/customers", key=make_key()).status_code == 200
    assert call("GET", "/v1/customers", key="wrong", REMOTE_ADDR="203.0.113.9").status_code == 401


def test_behind_a_proxy_wrong_keys_are_counted_by_who_sends_them(db, settings):
    settings.TRUSTED_PROXIES = 1

    def send(client):
        headers = {"X-Forwarded-For": f"6.6.6.6, {client}"}
        return call("GET", "/v1/customers", key="wrong", headers=headers).status_code

    assert [send("203.0.113.7") for _ in range(31)] == [401] * 30 + [429]
    assert send("203.0.113.9") == 401
