"""The past of a Shopify shop, fetched from a stand-in on loopback that behaves as shopify.dev describes the Admin REST API."""

import itertools

import pytest
from tests.build import make_business
from tests.draining import drain_all

from wafaa.know.orders.models import Order
from wafaa.listen.connectors.actions import (
    cancel_backfill,
    pause_backfill,
    resume_backfill,
    start_backfill,
    subscribe,
    test_connection,
    turn_page,
)
from wafaa.listen.connectors.errors import BackfillRuns, CallFailed, NotPossible
from wafaa.listen.connectors.models import Backfill
from wafaa.listen.connectors.shopify.past import TOPICS
from wafaa.listen.connectors.shopify.tests.bodies import customer, order
from wafaa.listen.connectors.tests.sending import make_connection, send_shopify
from wafaa.listen.connectors.tests.stand_in import Answered, Asked, open_system
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
test_connection.__test__ = False
PEOPLE, ORDERS, PAGE = 5, 7, 3


class Shop:
    """Lists in pages by the Link header, a bucket of calls, webhooks."""

    def __init__(self) -> None:
        self.rows = {
            "customers": [
                customer(number, email=f"c{number}@example.com") for number in range(1, PEOPLE + 1)
            ],
            "orders": [
                order(
                    number,
                    customer=customer(number % PEOPLE + 1, email=f"c{number % PEOPLE + 1}@example.com"),
                )
                for number in range(101, 101 + ORDERS)
            ],
        }
        self.hooks: list[dict] = []
        self.busy = 0  # so many calls are answered 429 first
        self.broken = 0
        self.forgets_pages = False
        self.base = ""

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("x-shopify-access-token") != "shpat_1":
            return Answered({"errors": "[API] Invalid API key or access token"}, status=401)
        if self.busy:
            self.busy -= 1
            return Answered({"errors": "Exceeded 2 calls per second"}, 429, {"Retry-After": "2.0"})
        if self.broken:
            self.broken -= 1
            return Answered(b"<html>", status=502)
        name = asked.path.rpartition("/2025-10/")[2]
        if name == "shop.json":
            return Answered({"shop": {"name": "نجوم"}})
        if name == "orders/count.json":
            return Answered({"count": len(self.rows["orders"])})
        if name.startswith("webhooks"):
            return self._answer_hooks(asked, name)
        return self._list(asked, name.removesuffix(".json"))

    def _answer_hooks(self, asked: Asked, name: str) -> Answered:
        if asked.method == "POST":
            self.hooks.append({"id": len(self.hooks) + 1, **asked.content["webhook"]})
            return Answered({"webhook": self.hooks[-1]}, status=201)
        if asked.method == "DELETE":
            number = int(name.removeprefix("webhooks/").removesuffix(".json"))
            self.hooks = [hook for hook in self.hooks if hook["id"] != number]
            return Answered({})
        return Answered({"webhooks": self.hooks})

    def _list(self, asked: Asked, kind: str) -> Answered:
        if "page_info" in asked.query:
            assert set(asked.query) == {"limit", "page_info"}, "with page_info no other filter is allowed"
            if self.forgets_pages:
                self.forgets_pages = False
                return Answered({"errors": {"page_info": "Invalid value."}}, status=400)
            after = int(asked.query["page_info"])
        else:
            after = int(asked.query["since_id"])
            assert kind == "customers" or asked.query["status"] == "any"
        rows = [row for row in self.rows[kind] if row["id"] > after]
        headers = {"X-Shopify-Shop-Api-Call-Limit": "1/40"}
        if len(rows) > PAGE:
            address = f"{self.base}/admin/api/2025-10/{kind}.json?limit=100&page_info={rows[PAGE - 1]['id']}"
            headers["Link"] = f'<{self.base}/x>; rel="previous", <{address}>; rel="next"'
        return Answered({kind: rows[:PAGE]}, headers=headers)


@pytest.fixture
def system(db, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = True
    make_business()
    shop = Shop()
    with open_system(shop.answer) as (shop.base, shop.asked):
        yield shop


def read_all(backfill: Backfill, *, turns: int = 100) -> Backfill:
    """As the job does, without its waiting."""
    for _turn in range(turns):
        Backfill.objects.filter(pk=backfill.pk).update(wait_until=None)
        if turn_page(backfill=backfill) is None:
            break
    backfill.refresh_from_db()
    return backfill


def test_the_whole_past_comes_in_pages(system):
    shop = make_connection(shop=system.base)

    done = read_all(start_backfill(connection=shop, staff=None))
    drain_all()

    assert (done.state, done.pages) == ("done", 5)
    assert Order.objects.filter(counted=True).count() == ORDERS
    assert Event.objects.filter(name="Order Completed").count() == ORDERS
    assert {one.customer.email for one in Order.objects.all()} == {f"c{n}@example.com" for n in range(1, 6)}


def test_what_webhooks_told_already_is_not_told_again(system):
    shop = make_connection(shop=system.base)
    send_shopify(shop, "orders/create", system.rows["orders"][0])

    done = read_all(start_backfill(connection=shop, staff=None))

    assert Event.objects.filter(name="Order Completed").count() == ORDERS
    assert Event.objects.filter(name="Order Updated").count() == 0
    assert done.recorded == Event.objects.count() - 3


def test_too_many_calls_are_waited_for_as_long_as_the_shop_says(system):
    backfill = start_backfill(connection=make_connection(shop=system.base), staff=None)
    system.busy = 1

    assert turn_page(backfill=backfill) == 2.0
    backfill.refresh_from_db()
    assert (backfill.pages, backfill.state) == (0, "running")
    asked = len(system.asked)
    assert 0 < turn_page(backfill=backfill) <= 2.0
    assert len(system.asked) == asked, "nobody asks before the time"

    assert read_all(backfill).state == "done"


def test_a_shop_that_stumbles_is_asked_again_later(system):
    backfill = start_backfill(connection=make_connection(shop=system.base), staff=None)
    system.broken = 1

    assert turn_page(backfill=backfill) == 30.0
    backfill.refresh_from_db()
    assert (backfill.state, backfill.why, backfill.attempts) == ("running", "system_failed", 1)
    assert read_all(backfill).state == "done"


def test_a_kill_between_answer_and_commit_loses_and_doubles_nothing(system, monkeypatch):
    """Killed at every page in turn: what was fetched and not committed is fetched again."""
    from wafaa.listen.connectors.actions import backfilling

    shop = make_connection(shop=system.base)
    backfill = start_backfill(connection=shop, staff=None)
    real, turns = backfilling.record_reading, itertools.count()

    class Killed(BaseException):
        pass

    def record(**given):
        new = real(**given)
        if next(turns) % 2 == 0:
            raise Killed
        return new

    monkeypatch.setattr(backfilling, "record_reading", record)
    for _life in range(50):
        try:
            if read_all(backfill).state == "done":
                break
        except Killed:
            continue

    backfill.refresh_from_db()
    drain_all()
    assert (backfill.state, backfill.pages) == ("done", 5)
    assert Event.objects.filter(name="Order Completed").count() == ORDERS == Order.objects.count()


def test_a_page_mark_that_the_shop_forgot_is_found_again_by_the_last_id(system):
    backfill = start_backfill(connection=make_connection(shop=system.base), staff=None)
    turn_page(backfill=backfill)
    system.forgets_pages = True

    assert read_all(backfill).state == "done"
    assert Event.objects.filter(name="Order Completed").count() == ORDERS


def test_a_wrong_token_is_said(system):
    shop = make_connection(shop=system.base, token="shpat_old")

    with pytest.raises(CallFailed) as failure:
        test_connection(connection=shop)
    assert failure.value.facts == {"why": "token_wrong", "detail": "HTTP 401"}
    failed = read_all(start_backfill(connection=shop, staff=None))
    assert (failed.state, failed.why) == ("failed", "token_wrong")


def test_a_page_elsewhere_is_not_fetched(system):
    backfill = start_backfill(connection=make_connection(shop=system.base), staff=None)
    system.base = "http://127.0.0.2:1"

    turn_page(backfill=backfill)
    backfill.refresh_from_db()
    assert (backfill.why, backfill.detail) == ("system_failed", "Link")


def test_the_test_says_whose_shop_it_is(system):
    assert test_connection(connection=make_connection(shop=system.base)) == "نجوم · 7"


def test_a_private_address_is_refused_where_the_operator_does_not_allow_it(system, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = False
    with pytest.raises(CallFailed) as failure:
        test_connection(connection=make_connection(shop=system.base))
    assert failure.value.facts["why"] == "refused"


def test_an_address_that_is_none_is_said(system):
    with pytest.raises(CallFailed) as failure:
        test_connection(connection=make_connection(shop="my shop"))
    assert failure.value.facts["why"] == "not_found"


def test_pausing_going_on_and_cancelling(system):
    shop = make_connection(shop=system.base)
    backfill = start_backfill(connection=shop, staff=None)
    with pytest.raises(BackfillRuns):
        start_backfill(connection=shop, staff=None)
    turn_page(backfill=backfill)
    pause_backfill(connection=shop, staff=None)
    assert turn_page(backfill=backfill) is None
    assert read_all(resume_backfill(connection=shop, staff=None)).state == "done"
    with pytest.raises(NotPossible):
        cancel_backfill(connection=shop, staff=None)

    start_backfill(connection=shop, staff=None)
    cancel_backfill(connection=shop, staff=None)
    assert Event.objects.filter(name="Order Completed").count() == ORDERS


def test_webhooks_are_registered_once(system):
    shop = make_connection(shop=system.base)
    for _time in range(2):
        subscribe(connection=shop, address="https://wafaa.example/hooks/1/", staff=None)

    assert sorted(hook["topic"] for hook in system.hooks) == sorted(TOPICS)
    assert {hook["address"] for hook in system.hooks} == {"https://wafaa.example/hooks/1/"}
