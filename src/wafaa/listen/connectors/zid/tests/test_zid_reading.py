"""What Zid's webhooks become."""

import base64
from datetime import UTC, datetime

import pytest

from wafaa.listen.connectors.payload import Payload
from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.tests.hostile import NOT_JSON, read_or_refuse, spoil
from wafaa.listen.connectors.tests.stand_in import find_told, make_received, name_told
from wafaa.listen.connectors.zid import CONNECTOR
from wafaa.listen.connectors.zid.reading import find_event
from wafaa.listen.connectors.zid.tests.samples import CART, CUSTOMER, ORDER, PRODUCT

NOURA = "zid:1a2b3c4d:2083543"


def read(event, data, **changes):
    return CONNECTOR.read(make_received(CONNECTOR, {**data, **changes}, topic=event)).told


def test_a_paid_order_is_its_customer_the_order_and_its_payment():
    told = read("order.create", ORDER)

    assert name_told(told) == ["identify", "Order Completed", "Order Paid"]
    person, order, paid = (one.event for one in told)
    assert person.properties == {
        "name": "نورة القحطاني",
        "email": "noura@example.sa",
        "phone": "+966551234567",
    }
    assert (order.distinct_id, person.distinct_id) == (NOURA, NOURA)
    assert order.occurred_at == datetime(2026, 2, 26, 8, 33, 6, tzinfo=UTC)
    assert order.properties == {
        "order_id": "25304285",
        "order_number": "8OVNEhyqcf",
        "currency": "SAR",
        "discount": "99.9",
        "tax": "0",
        "shipping": "0",
        "channel": "catalog",
        "country": "SA",
        "paid_at": "2026-02-26T08:34:00Z",
        "payment_method": "zidpay",
        "coupon": "EID",
        "url": "https://zid.store/nujum/o/8OVNEhyqcf/inv",
        "products": [
            {
                "sku": "Z.224947.1",
                "name": "عباءة",
                "quantity": "3",
                "price": "333.000000",
                "discount": "99.900000",
                "line": 1,
            }
        ],
    }
    assert paid.occurred_at == datetime(2026, 2, 26, 8, 34, tzinfo=UTC)


def test_a_discount_that_is_told_before_tax_is_taken_off_with_its_tax():
    invoice = [
        {"code": "sub_totals_before_vat", "value": "217.39130434783000"},
        {"code": "coupon", "value": "-21.73913043478300"},
        {"code": "vat", "value": "29.34782608695600"},
        {"code": "sub_totals_after_vat", "value": "225.00000000000000"},
        {"code": "shipping", "value": "20.00000000000000"},
    ]
    product = {"id": "a", "sku": "A", "quantity": 1, "price": 217.391304, "total": 250}

    told = read("order.create", ORDER, products=[product], payment={"method": {}, "invoice": invoice})

    order = find_told(told, "Order Completed").event.properties
    assert order["products"] == [
        {"sku": "A", "quantity": "1", "price": "250.000000", "discount": "25.000000", "line": 1}
    ]
    assert (order["discount"], order["tax"], order["shipping"]) == ("25.000000", "29.347826", "20")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("new", []),
        ("preparing", []),
        ("inDelivery", ["Order Shipped"]),
        ("delivered", ["Order Shipped", "Order Delivered"]),
        ("canceled", ["Order Cancelled"]),
        ("cancelled", ["Order Cancelled"]),
        ("reverse_in_progress", ["Return Requested"]),
        ("refunded", ["Order Refunded"]),
        ("chargeback", ["Order Refunded"]),
    ],
)
def test_every_status_of_an_order_means_its_steps(code, names):
    told = read("order.status.update", ORDER, order_status={"code": code, "name": ""})

    assert [
        name for name in name_told(told) if name not in ("identify", "Order Completed", "Order Paid")
    ] == names


def test_a_status_that_comes_as_its_name_alone_is_known():
    told = read("order.status.update", ORDER, order_status="تم التوصيل")

    assert name_told(told)[-2:] == ["Order Shipped", "Order Delivered"]
    shipped = find_told(told, "Order Shipped").event
    assert shipped.properties == {"order_id": "25304285", "tracking_number": "TRACK-1", "carrier": "SMSA"}


def test_what_the_shop_calls_late_is_a_delay():
    told = read("order.status.update", ORDER, display_status={"name": "طلب متأخر"})

    assert find_told(told, "Order Delayed").event.properties["reason"] == "طلب متأخر"


def test_an_unpaid_order_is_not_paid():
    assert "Order Paid" not in name_told(read("order.create", ORDER, payment_status="pending"))


def test_a_guest_is_known_by_address_and_somebody_behind_stars_by_nothing():
    guest = read("order.create", ORDER, is_guest_customer=1)
    hidden = read(
        "order.create",
        ORDER,
        is_marketplace_order=True,
        customer={"id": "", "name": "J*** D***", "email": "t***@.", "mobile": "***00"},
    )

    assert find_told(guest, "Order Completed").event.distinct_id == "email:noura@example.sa"
    order = find_told(hidden, "Order Completed").event
    assert order.distinct_id == "order:connector:1a2b3c4d:25304285"
    assert order.properties["anonymous"] is True
    assert "identify" not in name_told(hidden)


def test_a_refund_of_the_whole_order():
    told = find_told(read("order.status.update", ORDER, payment_status="refunded"), "Order Refunded").event

    assert told.properties == {
        "refund_id": "25304285",
        "order_id": "25304285",
        "currency": "SAR",
        "amount": "899.1",
        "products": [],
    }


def test_an_abandoned_cart_with_its_way_back_and_one_that_became_an_order():
    told = find_told(read("abandoned_cart.created", CART), "Checkout Abandoned").event

    assert told.distinct_id == NOURA
    assert told.properties == {
        "checkout_id": "18a40fc6-2381-4ab2-9f72-467e6c39a599",
        "url": "https://store.example/checkout/fromBasket/43515",
        "value": "239",
        "step": "payment_method",
        "products": [
            {"product_id": "0b00", "sku": "H-1", "name": "عسل", "quantity": "1", "price": "239.000935"}
        ],
    }
    assert read("abandoned_cart.completed", CART) == []
    assert read("abandoned_cart.created", CART, phase="completed") == []


def test_a_customer_and_a_product():
    person = find_told(read("customer.update", CUSTOMER), "identify")
    product = find_told(read("product.update", PRODUCT), "Product Updated").event

    assert person.event.distinct_id == NOURA
    assert person.event.properties == {
        "name": "نورة القحطاني",
        "email": "noura@example.sa",
        "phone": "+966551234567",
        "country": "SA",
        "city": "جدة",
        "birthday": "1990-05-01",
    }
    assert person.version == datetime(2026, 2, 20, 19, 23, 45, tzinfo=UTC)
    assert product.properties == {
        "sku": "Z.224947.1",
        "name": "عباءة",
        "category": "عبايات",
        "price": "333",
        "cost": "120",
        "currency": "SAR",
    }


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (ORDER, "order.update"),
        (CART, "abandoned_cart.created"),
        (CUSTOMER, "customer.update"),
        (PRODUCT, "product.update"),
        ({"id": 1}, ""),
    ],
)
def test_without_its_name_an_object_is_known_by_its_fields(body, event):
    assert find_event(Payload(body)) == event


def test_the_same_object_tells_the_same_ids_whatever_event_brought_it():
    def list_ids(topic):
        return [one.event.message_id for one in read(topic, ORDER)]

    assert list_ids("order.create") == list_ids("order.status.update") == list_ids("")


def check(given, *, secret="s3cret", settings=None, header="Authorization"):
    CONNECTOR.verify(
        make_received(CONNECTOR, b"{}", headers={header: given}, settings=settings), {"secret": secret}
    )


def test_name_and_password_of_the_subscription_are_checked():
    check("Basic " + base64.b64encode(b"wafaa:s3cret").decode())
    for wrong in (b"wafaa:other", b"other:s3cret", b"wafaa:", b":s3cret"):
        with pytest.raises(ConnectorError) as refusal:
            check("Basic " + base64.b64encode(wrong).decode())
        assert refusal.value.why == Why.UNSIGNED
    for given in ("", "Basic", "Basic ü", "Bearer s3cret"):
        with pytest.raises(ConnectorError):
            check(given)
    with pytest.raises(ConnectorError):
        check("Basic " + base64.b64encode(b"wafaa:").decode(), secret="")


def test_a_token_in_a_header_is_checked_where_that_was_chosen():
    token = {"strategy": "token"}
    check("s3cret", settings=token, header="X-Wafaa-Token")
    check("Bearer s3cret", settings=token)
    for given in ("", "Bearer x", "Basic " + base64.b64encode(b"wafaa:s3cret").decode()):
        with pytest.raises(ConnectorError) as refusal:
            check(given, settings=token)
        assert refusal.value.why == Why.UNSIGNED


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("order.status.update", ORDER),
        ("", ORDER),
        ("abandoned_cart.created", CART),
        ("customer.update", CUSTOMER),
        ("product.update", PRODUCT),
        (
            "review.create",
            {"id": 1, "customer": {"id": 2}, "rating": 5, "product": {"id": 3}, "comment": "x"},
        ),
    ],
)
def test_a_hostile_body_is_refused_or_read_and_never_breaks(event, data):
    bodies = [*NOT_JSON, *spoil(data)]

    refused = sum(
        read_or_refuse(CONNECTOR, make_received(CONNECTOR, body, topic=event)) is None for body in bodies
    )

    assert refused > 10
