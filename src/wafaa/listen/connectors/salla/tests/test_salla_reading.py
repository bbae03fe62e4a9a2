"""What Salla's webhooks become."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.salla import CONNECTOR
from wafaa.listen.connectors.salla.tests.samples import (
    CART,
    ORDER,
    PRODUCT,
    REVIEW,
    SHIPMENT,
    make_delivery,
    make_order,
)
from wafaa.listen.connectors.tests.hostile import NOT_JSON, read_or_refuse, spoil
from wafaa.listen.connectors.tests.stand_in import find_told, make_received, name_told

ALI = "salla:1a2b3c4d:225167971"


def read(event, data, **more):
    return CONNECTOR.read(make_received(CONNECTOR, make_delivery(event, data, **more))).told


def test_a_new_order_is_its_customer_the_order_and_its_payment():
    told = read("order.created", ORDER)

    assert name_told(told) == ["identify", "Order Completed", "Order Paid"]
    person, order, paid = (one.event for one in told)
    assert person.distinct_id == ALI
    assert person.properties == {
        "name": "محمد علي",
        "email": "M.Ali@example.sa",
        "phone": "+966551234567",
        "country": "SA",
        "city": "الرياض",
        "birthday": "1997-06-03",
    }
    assert person.occurred_at == datetime(2026, 2, 20, 11, 26, 55, tzinfo=UTC)
    assert order.distinct_id == ALI
    assert order.occurred_at == datetime(2026, 2, 26, 9, 21, 45, tzinfo=UTC)
    assert order.source == "connector:1a2b3c4d"
    assert order.properties == {
        "order_id": "2116149737",
        "order_number": "41027662",
        "checkout_id": "5544",
        "currency": "SAR",
        "discount": "5",
        "tax": "0",
        "shipping": "15",
        "channel": "store",
        "country": "SA",
        "payment_method": "mada",
        "coupon": "RAMADAN",
        "paid_at": "2026-02-26T09:21:45Z",
        "products": [
            {
                "sku": "ACS-1",
                "name": "قهوة عربية",
                "quantity": "2",
                "price": "62",
                "discount": "3.333333",
                "line": 1,
            },
            {"sku": "78", "name": "دلة", "quantity": "1", "price": "62", "discount": "1.666667", "line": 2},
        ],
    }
    assert paid.message_id == "salla:1a2b3c4d:order-paid:2116149737:-"


@pytest.mark.parametrize(
    ("mobile", "code", "phone"),
    [
        (551234567, "+966", "+966551234567"),
        ("0551234567", "966", "+966551234567"),
        ("966551234567", "+966", "+966551234567"),
        ("96512345", "+965", "+96596512345"),
        ("+201001234567", "+20", "+201001234567"),
        ("0551234567", "", "0551234567"),
        ("", "+966", ""),
    ],
)
def test_number_and_prefix_make_one_phone(mobile, code, phone):
    customer = {"id": 1, "first_name": "س", "mobile": mobile, "mobile_code": code}

    assert (
        find_told(read("customer.updated", customer), "identify").event.properties.get("phone", "") == phone
    )


def test_lines_are_told_with_tax_unless_the_connection_says_otherwise():
    item = {
        "sku": "A",
        "quantity": 2,
        "amounts": {
            "price_without_tax": {"amount": 100, "currency": "SAR"},
            "total_discount": {"amount": 20, "currency": "SAR"},
            "tax": {"percent": "15.00", "amount": {"amount": 27, "currency": "SAR"}},
            "total": {"amount": 207, "currency": "SAR"},
        },
    }
    amounts = {
        "shipping_cost": {"amount": 20, "currency": "SAR"},
        "tax": {"percent": "15.00", "amount": {"amount": 30, "currency": "SAR"}},
        "discounts": [{"code": "X", "discount": "20"}],
        "total": {"amount": 230, "currency": "SAR"},
    }
    body = make_delivery("order.created", make_order(items=[item], amounts=amounts))

    with_tax = find_told(CONNECTOR.read(make_received(CONNECTOR, body)).told, "Order Completed")
    without = find_told(
        CONNECTOR.read(make_received(CONNECTOR, body, settings={"lines": "without_tax"})).told,
        "Order Completed",
    )

    assert with_tax.event.properties["products"] == [
        {"sku": "A", "quantity": "2", "price": "113.500000", "discount": "20", "line": 1}
    ]  # 2 x 113.50 - 20 = 207
    assert without.event.properties["products"] == [
        {"sku": "A", "quantity": "2", "price": "100", "discount": "20", "line": 1}
    ]


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("payment_pending", ["identify"]),
        ("payment_failed", ["identify"]),
        ("under_review", ["identify", "Order Completed", "Order Paid"]),
        ("in_progress", ["identify", "Order Completed", "Order Paid"]),
        ("completed", ["identify", "Order Completed", "Order Paid"]),
        ("shipped", ["identify", "Order Completed", "Order Paid", "Order Shipped"]),
        ("delivering", ["identify", "Order Completed", "Order Paid", "Order Shipped"]),
        ("delivered", ["identify", "Order Completed", "Order Paid", "Order Shipped", "Order Delivered"]),
        ("canceled", ["identify", "Order Completed", "Order Cancelled"]),
        ("restoring", ["identify", "Order Completed", "Order Paid", "Return Requested"]),
        ("restored", ["identify", "Order Completed", "Order Paid", "Order Refunded"]),
    ],
)
def test_every_status_of_an_order_means_its_steps(slug, names):
    told = read("order.status.updated", make_order(status={"slug": slug, "name": slug}))

    assert name_told(told) == names


@pytest.mark.parametrize(
    ("method", "slug", "is_paid"),
    [
        ("cod", "in_progress", False),
        ("cod", "delivering", False),
        ("cod", "delivered", True),
        ("bank", "under_review", False),
        ("bank", "in_progress", True),
    ],
)
def test_money_that_comes_later_is_told_when_it_has_come(method, slug, is_paid):
    told = read("order.updated", make_order(payment_method=method, status={"slug": slug}))

    assert ("Order Paid" in name_told(told)) is is_paid


def test_a_status_of_the_shops_own_that_says_late_is_a_delay():
    status = {"slug": "in_progress", "name": "قيد التنفيذ", "customized": {"name": "متأخّر بسبب الشحن"}}

    late = find_told(read("order.status.updated", make_order(status=status)), "Order Delayed").event

    assert late.properties == {"order_id": "2116149737", "reason": "متأخّر بسبب الشحن"}


def test_a_status_alone_tells_its_steps_alone():
    data = {
        "id": 9,
        "status": {"slug": "shipped"},
        "customer": {"id": 3, "mobile": 551234567, "mobile_code": "966"},
    }

    told = read("order.status.updated", data)

    assert name_told(told) == ["identify", "Order Shipped"]
    assert told[1].event.distinct_id == "salla:1a2b3c4d:3"


def test_the_same_change_sent_by_several_events_counts_once():
    order = make_order(status={"slug": "canceled", "name": "ملغي"})
    first = read("order.cancelled", order, at="Thu Feb 26 2026 13:00:00 GMT+0300")
    again = read("order.updated", order, at="Thu Feb 26 2026 13:00:01 GMT+0300")

    cancelled, repeated = find_told(first, "Order Cancelled"), find_told(again, "Order Cancelled")
    assert (
        cancelled.event.message_id
        == repeated.event.message_id
        == "salla:1a2b3c4d:order-cancelled:2116149737:-"
    )
    assert find_told(first, "identify").event.message_id == find_told(again, "identify").event.message_id
    # The order itself is told in both versions; the newer one stands.
    orders = [find_told(told, "Order Completed") for told in (first, again)]
    assert [one.object for one in orders] == ["order:2116149737"] * 2
    assert orders[0].version < orders[1].version


def test_money_given_back_in_parts_is_one_refund_that_grows():
    def give_back(amount):
        action = {"has_refund_amount": True, "refund_amount": {"amount": amount, "currency": "SAR"}}
        order = make_order(payment_actions={"refund_action": action})
        return find_told(read("order.refunded", order), "Order Refunded")

    part, same, whole = give_back(50), give_back("50.00"), give_back(196)

    assert part.event.properties == {
        "refund_id": "2116149737",
        "order_id": "2116149737",
        "currency": "SAR",
        "amount": "50",
        "products": [],
    }
    assert part.event.message_id == same.event.message_id
    assert whole.event.message_id != part.event.message_id
    assert whole.event.properties["amount"] == "196"
    assert part.object == whole.object == "refund:2116149737"


def test_a_shipment_tells_its_parcel_and_finds_its_customer_by_phone():
    told = read("shipment.updated", SHIPMENT)

    assert name_told(told) == ["Order Shipped", "Order Delivered"]
    assert {one.event.distinct_id for one in told} == {"phone:+966551234567"}
    assert told[0].event.properties == {
        "order_id": "2116149737",
        "tracking_number": "918273645",
        "carrier": "SMSA",
    }
    returned = read("shipment.created", {**SHIPMENT, "type": "return", "status": "created"})
    assert name_told(returned) == ["Return Requested"]


def test_an_abandoned_cart_keeps_its_way_back():
    told = find_told(read("abandoned.cart", CART), "Checkout Abandoned").event

    assert told.distinct_id == ALI
    assert told.occurred_at == datetime(2026, 2, 21, 14, 9, 39, tzinfo=UTC)
    assert told.properties == {
        "checkout_id": "1097962121",
        "url": "https://salla.sa/shop/checkout/1097962121",
        "value": "100",
        "currency": "SAR",
        "products": [{"product_id": "401511871", "quantity": "2"}],
    }


def test_a_review_and_a_product():
    review = find_told(read("review.added", REVIEW), "Product Reviewed").event
    product = find_told(read("product.updated", PRODUCT), "Product Updated").event

    assert review.distinct_id == ALI
    assert review.properties["rating"] == "5"
    assert review.properties["review_body"] == "ممتاز"
    assert product.properties == {
        "sku": "ACS-1",
        "name": "قهوة عربية",
        "category": "قهوة",
        "price": "62",
        "cost": "30.5",
        "currency": "SAR",
    }


def test_an_app_that_is_installed_brings_its_tokens_and_one_that_is_removed_ends_the_connection():
    installed = CONNECTOR.read(
        make_received(
            CONNECTOR,
            make_delivery(
                "app.store.authorize", {"access_token": "t", "refresh_token": "r", "expires": 1634819484}
            ),
        )
    )
    removed = CONNECTOR.read(make_received(CONNECTOR, make_delivery("app.uninstalled", {})))

    assert installed.secrets == {"token": "t", "refresh_token": "r", "token_expires": "1634819484"}
    assert removed.is_over


def test_events_without_use_say_nothing():
    assert read("brand.created", {"id": 1}) == ()
    assert read("product.deleted", PRODUCT) == []


SECRET = "s3cret"


def test_the_signature_is_the_hex_hmac_of_the_raw_body():
    # printf '{"event":"x"}' | openssl dgst -sha256 -hmac s3cret
    body = b'{"event":"x"}'
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    def check(**headers):
        CONNECTOR.verify(make_received(CONNECTOR, body, headers=headers), {"secret": SECRET})

    check(**{"X-Salla-Signature": signature})
    for wrong in (
        "",
        signature[:-1],
        signature.replace(signature[0], "f" if signature[0] != "f" else "0"),
        "ü",
    ):
        with pytest.raises(ConnectorError) as refusal:
            check(**{"X-Salla-Signature": wrong})
        assert refusal.value.why == Why.UNSIGNED
    with pytest.raises(ConnectorError):  # the token's strategy was not chosen
        check(**{"Authorization": SECRET, "X-Salla-Security-Strategy": "Token"})


def test_the_token_is_compared_with_and_without_its_scheme():
    def check(given, secret=SECRET):
        received = make_received(
            CONNECTOR, b"{}", headers={"Authorization": given}, settings={"strategy": "token"}
        )
        CONNECTOR.verify(received, {"secret": secret})

    check(SECRET)
    check(f"Bearer {SECRET}")
    for given, secret in (("", SECRET), ("Bearer x", SECRET), ("", ""), ("Bearer ", "")):
        with pytest.raises(ConnectorError) as refusal:
            check(given, secret)
        assert refusal.value.why == Why.UNSIGNED


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("order.created", ORDER),
        ("order.refunded", ORDER),
        ("shipment.updated", SHIPMENT),
        ("abandoned.cart", CART),
        ("review.added", REVIEW),
        ("product.updated", PRODUCT),
        ("customer.updated", ORDER["customer"]),
    ],
)
def test_a_hostile_body_is_refused_or_read_and_never_breaks(event, data):
    refused = sum(
        read_or_refuse(CONNECTOR, make_received(CONNECTOR, body)) is None
        for body in [*NOT_JSON, *spoil(make_delivery(event, data))]
    )

    assert refused > 10


def test_a_broken_body_is_named():
    with pytest.raises(ConnectorError) as refusal:
        read("order.created", {**ORDER, "items": [{"quantity": "many"}]})

    assert (refusal.value.why, refusal.value.detail) == (Why.UNREADABLE, "data.items[0].quantity")
