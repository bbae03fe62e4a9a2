"""What Zid's webhooks and API pages say, as events.

A delivery is the bare object, without the name of its event: that stands behind our address, where the subscription put it, and
else is known by the object's fields. Times are UTC; phones are whole numbers without their plus sign.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from wafaa.kit.text import latin_digits
from wafaa.listen.connectors.commerce import (
    Line,
    Person,
    Sale,
    choose_person,
    tell_person,
    tell_refund,
    tell_step,
    write_decimal,
)
from wafaa.listen.connectors.payload import Payload, read_body
from wafaa.listen.connectors.rules import Place, Reading, Received, Told
from wafaa.listen.connectors.statuses import (
    Shipment,
    Step,
    is_late,
    spread_discount,
    tell_sale_once,
    tell_steps,
)

# https://docs.zid.sa/webhook-events-order: order_status.code, compared in lower case. What is not listed means nothing to us.
STEPS: Mapping[str, Sequence[Step]] = {
    "indelivery": (Step.SHIPPED,),
    "delivered": (Step.SHIPPED, Step.DELIVERED),
    "processingreverse": (Step.RETURNING,),
    "reverse_in_progress": (Step.RETURNING,),
}
CANCELLED = frozenset({"canceled", "cancelled", "voided", "denied", "expired", "failed"})
GIVEN_BACK = frozenset({"refunded", "reversed", "chargeback"})
# payment_status: what means that the money is there, and what that it went back
PAID = frozenset({"paid", "partially_refunded", "refunded"})
# Some statuses come as their name alone.
NAMED: Mapping[str, str] = {
    "جديد": "new",
    "جاري التجهيز": "preparing",
    "جاهز": "ready",
    "جاري التوصيل": "indelivery",
    "تم التوصيل": "delivered",
    "تم الإلغاء": "canceled",
    "ملغي": "canceled",
}
# What an invoice's line is, by its code; the others repeat sums.
SHIPPING_CODES = frozenset({"shipping", "shipping_discount"})
TAX_CODES = frozenset({"vat", "tax"})
SUM_CODES = ("sub_total", "total", "taxable", "vat", "tax", "shipping", "cod")
# Zid's stand-ins for addresses that it does not give away: they reach nobody and would melt people together.
_HIDDEN = ("***", "pos_guest_customer@")


@dataclass(frozen=True, kw_only=True)
class Hearing:
    place: Place
    now: datetime
    region: str


def read_delivery(received: Received) -> Reading:
    """One webhook: the object itself."""
    body = Payload(read_body(received.body))
    hearing = Hearing(place=received.place, now=received.received_at, region=received.region)
    event = received.topic or received.query.get("event", "") or body.text("event") or find_event(body)
    if event == "app.market.application.uninstall":
        return Reading(is_over=True)
    data = body.object("data") if "data" in body and "event" in body else body
    return Reading(told=read_object(hearing, event, data))


def read_object(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    read = next((one for begin, one in READERS.items() if event.startswith(begin)), None)
    return read(hearing, event, data) if read else []


def find_event(body: Payload) -> str:
    """By the fields that only one object has."""
    if "order_status" in body or "order_total" in body:
        return "order.update"
    if "cart_total" in body or "phase" in body or "abandoned_cart" in body:
        return "abandoned_cart.created"
    if "sku" in body and "price" in body:
        return "product.update"
    if "mobile" in body or "email" in body:
        return "customer.update"
    return ""


def read_order(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """The whole order and the steps that its status means."""
    order = data.object("order") if "order" in data else data
    order_id, customer, status = order.id(), order.object("customer"), read_status(order)
    person = choose_person(
        hearing.place,
        customer_id="" if order.flag("is_guest_customer") else customer.some_id(),
        email=read_email(customer.text("email")),
        phone=read_phone(customer.text("mobile")),
        region=hearing.region,
        order_id=order_id,
    )
    ordered_at = order.moment("created_at", now=hearing.now)
    version = order.moment("updated_at", now=hearing.now) or ordered_at or hearing.now
    told: list[Told] = []
    # A person of a marketplace is shown behind stars: nothing to remember them by.
    if not person.is_nobody and customer and not order.flag("is_marketplace_order"):
        told += tell_customer(hearing, customer, person.distinct_id, version=ordered_at or version)
    if "products" in order and ordered_at is not None:
        sale = read_sale(order, person, status, ordered_at=ordered_at, version=version)
        told += tell_sale_once(hearing.place, sale)
    own_name = order.object("display_status").text("name") if "display_status" in order else ""
    told += tell_steps(
        hearing.place,
        [*STEPS.get(status, ()), *([Step.DELAYED] if is_late(own_name) else [])],
        order_id=order_id,
        person=person,
        at=version,
        shipment=read_parcel(order),
        reason=own_name,
    )
    if status in GIVEN_BACK or order.text("payment_status") == "refunded":
        told.append(tell_given_back(hearing, order, person, version))
    return told


def read_status(order: Payload) -> str:
    if isinstance(order.values.get("order_status"), dict):
        status = order.object("order_status")
        return status.text("code").lower() or NAMED.get(status.text("name"), "")
    text = order.text("order_status")
    return NAMED.get(text, text.lower())


def read_sale(
    order: Payload, person: Person, status: str, *, ordered_at: datetime, version: datetime
) -> Sale:
    invoice = [(one.text("code"), one.money("value")) for one in order.object("payment").objects("invoice")]
    lines = [
        Line(
            sku=product.text("sku", limit=200) or product.text("id", limit=200),
            name=product.text("name", limit=500),
            quantity=product.number("quantity") or Decimal(0),
            price=read_price(product),
        )
        for product in order.objects("products")
    ]
    discount = read_discount(invoice, sum((one.quantity * one.price for one in lines), Decimal(0)))
    method = order.object("payment").object("method")
    is_paid = order.text("payment_status") in PAID
    paid_at = method.moment("updated_at", now=version) if is_paid else None
    is_gone = status in CANCELLED
    return Sale(
        id=order.id(),
        person=person,
        ordered_at=ordered_at,
        updated_at=version,
        currency=(order.text("currency_code") or read_currency(order))[:3],
        lines=spread_discount(lines, discount, charged=None),
        discount=discount,
        tax=sum((value for code, value in invoice if code in TAX_CODES), Decimal(0)),
        shipping=sum((value for code, value in invoice if code in SHIPPING_CODES), Decimal(0)),
        channel=order.text("source_code", limit=100) or order.text("source", limit=100),
        country=order.object("shipping").object("address").object("country").text("code", limit=100),
        paid_at=(paid_at or version) if is_paid else None,
        cancelled_at=version if is_gone else None,
        cancel_reason=status if is_gone else "",
        more={
            "order_number": order.text("code", limit=100),
            "payment_method": method.text("code", limit=100),
            "coupon": order.object("coupon").text("code", limit=100),
            "url": order.text("order_url"),
        },
    )


def read_discount(invoice: Sequence[tuple[str, Decimal]], listed: Decimal) -> Decimal:
    """What was taken off the lines, with its tax: their sum as listed, less the invoice's sum of products after tax.

    The invoice's own discounts are told before tax.
    """
    off = sum(
        (-value for code, value in invoice if value < 0 and code and not code.startswith(SUM_CODES)),
        Decimal(0),
    )
    charged = next((value for code, value in invoice if code == "sub_totals_after_vat"), None)
    return max(listed - charged, Decimal(0)) if off and charged is not None else off


def read_price(product: Payload) -> Decimal:
    """Of one piece as the customer pays it, its additions included, before what the invoice takes off."""
    quantity, total = product.number("quantity") or Decimal(0), product.money("total")
    if quantity > 0 and total > 0:
        return (total / quantity).quantize(Decimal("0.000001"))
    return product.money("price") + product.money("additions_price")


def read_currency(order: Payload) -> str:
    return order.object("currency").object("order_currency").text("code")


def read_parcel(order: Payload) -> Shipment:
    method = order.object("shipping").object("method")
    number = method.object("tracking").text("number", limit=100) if "tracking" in method else ""
    carrier = method.text("courier", limit=100) or method.text("name", limit=100)
    return Shipment(tracking_number=number or method.text("waybill_tracking_id", limit=100), carrier=carrier)


def tell_given_back(hearing: Hearing, order: Payload, person: Person, at: datetime) -> Told:
    """A webhook does not say how much; what is given back by the order's status is the order."""
    told = tell_refund(
        hearing.place,
        refund_id=order.id(),
        order_id=order.id(),
        person=person,
        at=at,
        currency=(order.text("currency_code") or read_currency(order))[:3],
        amount=order.money("transaction_amount")
        if "transaction_amount" in order
        else order.money("order_total"),
    )
    return replace(told, object=f"refund:{order.id()}", version=at)


def read_customer(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    customer = data.object("customer") if "customer" in data else data
    return tell_customer(hearing, customer, hearing.place.name_person(customer.id()), version=hearing.now)


def tell_customer(hearing: Hearing, customer: Payload, distinct_id: str, *, version: datetime) -> list[Told]:
    city = customer.object("city") if isinstance(customer.values.get("city"), dict) else Payload({})
    traits: dict[str, Any] = {
        "name": customer.text("name", limit=300),
        "email": read_email(customer.text("email", limit=254)),
        "phone": read_phone(customer.first("mobile", "telephone")),
        "country": city.text("country_code", limit=100),
        "city": city.text("ar_name", limit=100) or city.text("name", limit=100),
        "birthday": customer.text("birth_date")[:10],
        "language": customer.text("language")[:2],
    }
    updated_at = customer.moment("updated_at", now=hearing.now) or version
    return [
        tell_person(
            hearing.place,
            distinct_id=distinct_id,
            traits=traits,
            updated_at=updated_at,
            object_id=customer.text("id", limit=100) or distinct_id[-100:],
        )
    ]


def read_phone(number: str) -> str:
    """966550448447 is +966550448447; what begins with 0 is national, what has stars is nobody's."""
    if "*" in number or len(number) > 30:
        return ""
    text = latin_digits(number).removeprefix("00")
    return (
        f"+{text}"
        if text.isdigit() and len(text) >= 11 and not text.startswith("0")
        else latin_digits(number)
    )


def read_email(address: str) -> str:
    return "" if any(one in address for one in _HIDDEN) else address


def read_cart(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """abandoned_cart.created; one that was completed is an order and is told as such."""
    cart = data.object("abandoned_cart") if "abandoned_cart" in data else data
    if event == "abandoned_cart.completed" or cart.text("phase") == "completed":
        return []
    cart_id = cart.id()
    person = choose_person(
        hearing.place,
        customer_id=cart.some_id("customer_id") if cart.text("customer_id").strip("0") else "",
        email=read_email(cart.text("customer_email")),
        phone=read_phone(cart.text("customer_mobile")),
        region=hearing.region,
        order_id=cart_id,
    )
    at = (
        cart.moment("updated_at", now=hearing.now)
        or cart.moment("created_at", now=hearing.now)
        or hearing.now
    )
    products = [
        {
            key: value
            for key, value in {
                "product_id": one.text("product_id", limit=100),
                "sku": one.text("sku", limit=200),
                "name": one.text("name", limit=500),
                "quantity": write_decimal(one.number("quantity") or Decimal(0)),
                "price": write_decimal(one.money("price")) if "price" in one else "",
            }.items()
            if value
        }
        for one in cart.objects("products")
    ]
    properties = {
        "checkout_id": cart_id,
        "url": cart.text("url"),
        "value": write_decimal(cart.money("cart_total")) if "cart_total" in cart else "",
        "currency": cart.text("currency_code")[:3],
        "step": cart.text("phase", limit=100),
        "products": products,
        "anonymous": True if person.is_nobody else None,
    }
    told = tell_step(
        hearing.place,
        name="Checkout Abandoned",
        topic="checkout-abandoned",
        object_id=cart_id,
        person=person,
        at=at,
        properties=properties,
    )
    known = {"id": cart.text("customer_id"), "name": cart.text("customer_name")}
    contact = {"email": cart.text("customer_email"), "mobile": cart.text("customer_mobile")}
    if person.distinct_id.startswith(hearing.place.system):
        return [*tell_customer(hearing, Payload({**known, **contact}), person.distinct_id, version=at), told]
    return [told]


def read_product(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """product.create, .update, .publish: what is known of a product that has a SKU."""
    sku = data.text("sku", limit=200)
    if not sku or event == "product.delete":
        return []
    product_id = data.id()
    version = data.moment("updated_at", now=hearing.now) or hearing.now
    category = next(data.objects("categories"), Payload({}))
    price = data.money("sale_price") if "sale_price" in data else data.money("price")
    told = tell_step(
        hearing.place,
        name="Product Updated",
        topic="product",
        object_id=f"{product_id}:{version:%Y%m%dT%H%M%S}",
        person=Person(distinct_id=f"product:{hearing.place.source}:{product_id}"),
        at=version,
        properties={
            "sku": sku,
            "name": read_word(data, "name")[:500],
            "category": read_word(category, "name")[:200],
            "barcode": data.text("barcode", limit=100),
            "price": write_decimal(price) if price else "",
            "cost": write_decimal(data.money("cost")) if data.money("cost") else "",
            "currency": data.text("currency")[:3],
        },
    )
    return [replace(told, object=f"product:{product_id}", version=version)]


def read_word(data: Payload, name: str) -> str:
    """A text, or one in each language: Arabic first."""
    if not isinstance(data.values.get(name), dict):
        return data.text(name)
    return data.object(name).first("ar", "en")


def read_review(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """review.create: a customer's stars and words on a product."""
    customer, product = data.object("customer"), data.object("product")
    if "id" not in customer:
        return []
    review_id = data.id()
    return [
        tell_step(
            hearing.place,
            name="Product Reviewed",
            topic="review",
            object_id=review_id,
            person=Person(distinct_id=hearing.place.name_person(customer.id())),
            at=data.moment("created_at", now=hearing.now) or hearing.now,
            properties={
                "review_id": review_id,
                "product_id": product.text("id", limit=100),
                "rating": write_decimal(data.number("rating") or Decimal(0)),
                "review_body": data.first("comment", "content"),
            },
        )
    ]


READERS: Mapping[str, Callable[[Hearing, str, Payload], list[Told]]] = {
    "order.": read_order,
    "abandoned_cart.": read_cart,
    "customer.": read_customer,
    "product.": read_product,
    "review.": read_review,
}
