"""WooCommerce: what its webhooks tell, and its past from a stand-in written from the REST API documentation."""

import base64
from typing import Any

import pytest
from tests.build import make_business
from tests.draining import drain_all

from wafaa.know.orders.models import Order, Product, Refund
from wafaa.listen.connectors.actions import start_backfill, subscribe, test_connection, turn_page
from wafaa.listen.connectors.errors import CallFailed
from wafaa.listen.connectors.models import Backfill, Connection, Wish
from wafaa.listen.connectors.tests.sending import make_connection, send_woo
from wafaa.listen.connectors.tests.stand_in import Answered, Asked, open_system
from wafaa.listen.connectors.woocommerce.past import TOPICS
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
test_connection.__test__ = False


def order(number: int = 727, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "number": f"A-{number}",
        "status": "processing",
        "currency": "SAR",
        "prices_include_tax": True,
        "date_created": "2026-03-01T15:00:00",
        "date_created_gmt": "2026-03-01T12:00:00",
        "date_modified_gmt": "2026-03-01T12:00:05",
        "date_paid_gmt": "2026-03-01T12:00:04",
        "discount_total": "8.70",
        "shipping_total": "20.00",
        "total_tax": "13.65",
        "customer_id": 25,
        "created_via": "checkout",
        "payment_method": "cod",
        "billing": {
            "first_name": "نورة",
            "last_name": "السالم",
            "email": "noura@example.com",
            "phone": "0501234567",
            "city": "جدة",
            "country": "SA",
        },
        "shipping": {"country": "SA"},
        "coupon_lines": [{"code": "eid"}],
        "line_items": [
            {
                "id": 1,
                "name": "عود",
                "product_id": 93,
                "variation_id": 0,
                "sku": "OUD-1",
                "quantity": 3,
                "subtotal": "86.96",
                "subtotal_tax": "13.04",
                "total": "78.26",
                "total_tax": "11.74",
            }
        ],
        "refunds": [],
    } | changes


def customer(number: int = 25) -> dict[str, Any]:
    return {
        "id": number,
        "email": "noura@example.com",
        "first_name": "نورة",
        "last_name": "السالم",
        "date_created_gmt": "2026-01-01T00:00:00",
        "date_modified_gmt": "2026-02-01T00:00:00",
        "billing": {"phone": "0501234567", "city": "جدة", "country": "SA"},
    }


@pytest.fixture
def shop(db) -> Connection:
    make_business()
    return make_connection("woocommerce")


def names() -> list[str]:
    return list(Event.objects.order_by("position").values_list("name", flat=True))


def test_an_order_is_charged_to_the_last_halala(shop):
    assert send_woo(shop, "order.created", order(), delivery="1") == 200
    drain_all()

    found = Order.objects.get()
    assert (found.external_id, str(found), found.gross_minor, found.counted) == ("727", "A-727", 9000, True)
    person = found.customer
    assert person is not None
    assert (person.name, person.phone, person.city) == ("نورة السالم", "+966501234567", "جدة")
    assert names() == ["identify", "Order Completed", "Order Paid"]


@pytest.mark.parametrize("status", ["pending", "failed", "checkout-draft"])
def test_what_was_not_ordered_yet_is_no_order(shop, status):
    send_woo(shop, "order.created", order(status=status))
    assert names() == []


def test_a_cancelled_order_is_not_counted_until_it_is_taken_up_again(shop):
    send_woo(shop, "order.created", order())
    send_woo(shop, "order.updated", order(status="cancelled", date_modified_gmt="2026-03-02T00:00:00"))
    drain_all()
    found = Order.objects.get()
    assert (found.counted, found.ordered_at.day, found.cancelled_at.day) == (False, 1, 2)

    send_woo(shop, "order.updated", order(status="processing", date_modified_gmt="2026-03-03T00:00:00"))
    drain_all()
    assert Order.objects.get().counted


def test_an_order_that_was_deleted_counts_no_more(shop):
    send_woo(shop, "order.created", order())
    send_woo(shop, "order.deleted", {"id": 727})
    drain_all()

    assert (Order.objects.get().counted, Order.objects.get().lines.count()) == (False, 1)


def test_a_refund_is_told_once(shop):
    refund = {"id": 726, "reason": "broken", "total": "-30.00"}
    for minute in (1, 2):
        changed = f"2026-03-05T12:0{minute}:00"
        send_woo(shop, "order.updated", order(refunds=[refund], date_modified_gmt=changed))
    drain_all()

    found = Refund.objects.get()
    assert (found.external_id, found.amount_minor, found.order) == ("726", 3000, Order.objects.get())


def test_a_guest_is_known_by_e_mail(shop):
    send_woo(shop, "order.created", order(customer_id=0))
    assert Event.objects.get(name="Order Completed").distinct_id == "email:noura@example.com"


def test_a_product_has_its_name_and_category(shop):
    body = {"id": 93, "sku": "OUD-1", "name": "عود", "categories": [{"name": "عطور"}]}
    send_woo(shop, "product.updated", {**body, "date_modified_gmt": "2026-03-01T00:00:00"})
    drain_all()

    found = Product.objects.get()
    assert (found.sku, found.name, found.category) == ("OUD-1", "عود", "عطور")


def test_an_account_that_was_deleted_is_a_matter_for_people(shop):
    send_woo(shop, "customer.deleted", {"id": 25})
    assert Wish.objects.get().what == "deleted"


class Shop:
    """Basic authentication, pages counted from 1, X-WP-Total and X-WP-TotalPages."""

    def __init__(self) -> None:
        self.rows = {
            "customers": [customer(number) for number in range(1, 4)],
            "products": [{"id": 93, "name": "عود", "sku": "OUD-1", "categories": []}],
            "orders": [order(number) for number in range(1, 251)],
        }
        self.hooks: list[dict] = []
        self.tells_pages = True

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("authorization") != f"Basic {base64.b64encode(b'ck_1:cs_1').decode()}":
            return Answered({"code": "woocommerce_rest_cannot_view"}, status=401)
        kind = asked.path.removeprefix("/shop/wp-json/wc/v3/")
        if kind.startswith("webhooks"):
            if asked.method == "POST":
                self.hooks.append({"id": len(self.hooks) + 1, **asked.content})
            return Answered(self.hooks)
        size, page = int(asked.query.get("per_page", 10)), int(asked.query.get("page", 1))
        assert size <= 100
        rows = self.rows[kind]
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
        return Answered(rows[size * (page - 1) : size * page], headers=headers if self.tells_pages else {})


@pytest.fixture
def system(db, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = True
    make_business()
    shop = Shop()
    with open_system(shop.answer) as (base, _asked):
        shop.base = f"{base}/shop"
        yield shop


@pytest.mark.parametrize("tells_pages", [True, False])
def test_the_whole_past_comes_in_pages(system, tells_pages):
    system.tells_pages = tells_pages
    shop = make_connection("woocommerce", shop=system.base)
    backfill = start_backfill(connection=shop, staff=None)
    while turn_page(backfill=backfill) is not None:
        pass
    drain_all()

    assert Backfill.objects.get().state == "done"
    assert Backfill.objects.get().pages == 5
    assert Order.objects.filter(counted=True).count() == 250


def test_wrong_keys_are_said(system):
    with pytest.raises(CallFailed) as failure:
        test_connection(connection=make_connection("woocommerce", shop=system.base, consumer_secret="no"))
    assert failure.value.facts["why"] == "token_wrong"


def test_the_test_says_how_many_orders_there_are(system):
    assert test_connection(connection=make_connection("woocommerce", shop=system.base)).endswith("· 250")


def test_webhooks_are_registered_once_with_the_secret(system):
    shop = make_connection("woocommerce", shop=system.base)
    for _time in range(2):
        subscribe(connection=shop, address="https://wafaa.example/hooks/1/", staff=None)

    assert [hook["topic"] for hook in system.hooks] == list(TOPICS)
    assert {hook["secret"] for hook in system.hooks} == {"hush"}
