"""What Salla says of people: customers, the carts that they left, their reviews."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from wafaa.listen.connectors.commerce import Person, choose_person, tell_person, tell_step, write_decimal
from wafaa.listen.connectors.payload import Payload
from wafaa.listen.connectors.rules import Place, Told

ZONE = "Asia/Riyadh"  # of times that name none


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Who tells, and when it was said: what reading an object takes from around it."""

    place: Place
    now: datetime
    said_at: datetime  # of the webhook; for the past the present moment
    region: str
    with_tax: bool  # whether lines are told as customers paid them
    is_past: bool = False


def read_customer(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """customer.created, customer.updated, customer.login: the same object."""
    return tell_customer(hearing, data, version=hearing.said_at)


def tell_customer(hearing: Hearing, customer: Payload, *, version: datetime) -> list[Told]:
    customer_id = customer.id()
    name = customer.first("full_name", "name") or " ".join(
        part for part in (customer.text("first_name"), customer.text("last_name")) if part
    )
    birthday = customer.values.get("birthday")
    born = Payload(birthday).text("date") if isinstance(birthday, dict) else customer.text("birthday")
    traits = {
        "name": name[:300],
        "email": customer.text("email", limit=254),
        "phone": read_phone(customer),
        "country": customer.first("country_code") or customer.text("country", limit=100),
        "city": customer.text("city", limit=100),
        "birthday": born[:10],
    }
    updated_at = customer.moment("updated_at", now=hearing.now, zone=ZONE) or version
    distinct_id = hearing.place.name_person(customer_id)
    return [
        tell_person(
            hearing.place,
            distinct_id=distinct_id,
            traits=traits,
            updated_at=updated_at,
            object_id=customer_id,
        )
    ]


def read_phone(customer: Payload) -> str:
    """Salla gives the national number and its prefix apart: 555555555 and +966."""
    mobile = customer.text("mobile", limit=30)
    if not mobile or mobile.startswith("+"):
        return mobile
    code = customer.text("mobile_code", limit=6).lstrip("+0")
    if not code:
        return mobile
    # with its prefix already; a national number has 7 to 10 digits and may begin as the prefix does
    if mobile.startswith(code) and len(mobile) > len(code) + 7:
        return f"+{mobile}"
    return f"+{code}{mobile.lstrip('0')}"


def read_cart(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """abandoned.cart: what was left behind, and where it can be taken up again."""
    cart_id, customer = data.id(), data.object("customer")
    person = choose_person(
        hearing.place,
        customer_id=customer.some_id(),
        email=customer.text("email"),
        phone=read_phone(customer),
        region=hearing.region,
        order_id=cart_id,
    )
    at = data.moment("updated_at", now=hearing.now, zone=ZONE) or hearing.said_at
    total = data.object("total") if isinstance(data.values.get("total"), dict) else data
    properties: dict[str, Any] = {
        "checkout_id": cart_id,
        "url": data.text("checkout_url"),
        "value": write_decimal(data.money("total")),
        "currency": total.text("currency")[:3],
        "products": [
            {
                key: value
                for key, value in {
                    "product_id": item.text("product_id", limit=100),
                    "sku": item.text("sku", limit=200),
                    "name": item.text("name", limit=500),
                    "quantity": write_decimal(item.number("quantity") or Decimal(0)),
                }.items()
                if value
            }
            for item in data.objects("items")
        ],
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
    return [*(tell_customer(hearing, customer, version=at) if "id" in customer else []), told]


def read_review(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """review.added: stars and words on a product that somebody bought. A review has no id of its own."""
    customer, order, product = data.object("customer"), data.object("order"), data.object("product")
    if data.text("type") not in ("", "rating") or "id" not in customer:
        return []
    review_id = "-".join(part for part in (order.text("id"), product.text("id"), customer.id()) if part)
    properties = {
        "review_id": review_id,
        "product_id": product.text("id", limit=100),
        "sku": data.text("sku", limit=200),
        "rating": write_decimal(data.number("rating") or Decimal(0)),
        "review_body": data.text("content"),
        "order_id": order.text("id", limit=100),
    }
    return [
        tell_step(
            hearing.place,
            name="Product Reviewed",
            topic="review",
            object_id=review_id,
            person=Person(distinct_id=hearing.place.name_person(customer.id())),
            at=hearing.said_at,
            properties=properties,
        )
    ]
