"""What WooCommerce's webhooks say, as events. Pure.

Statuses: pending, failed and checkout-draft are not orders yet; on-hold (bank transfer, cash on delivery), processing, completed
and refunded are; cancelled ones are told as cancelled. Times without zone are read from the `_gmt` fields.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from wafaa.listen.connectors.commerce import (
    Line,
    Person,
    Sale,
    choose_person,
    read_decimal,
    read_moment,
    tell_person,
    tell_refund,
    tell_sale,
    tell_step,
    write_moment,
)
from wafaa.listen.connectors.rules import Ask, Place, Reading, Received, Told, Wanted
from wafaa.stream.rules import NewEvent

Body = Mapping[str, Any]
_NOT_YET = {"pending", "failed", "checkout-draft", "auto-draft"}
_GONE = {"cancelled", "trash"}
_PIECE = Decimal("0.000001")  # prices of one piece are kept so fine


def is_ping(body: bytes) -> bool:
    """`webhook_id=7`, sent once when a webhook is saved."""
    return body.startswith(b"webhook_id=") and body[11:].strip().isdigit()


def read(received: Received) -> Reading:
    """By the topic of the header, else of the address; a topic that we have no use for says nothing."""
    topic = (received.headers.get("x-wc-webhook-topic") or received.topic).replace("/", ".")
    reader = _READERS.get(topic)
    if reader is None:
        return Reading()
    return reader(received, msgspec.json.decode(received.body, type=dict[str, Any]))


def _read_order(received: Received, body: Body) -> Reading:
    return Reading(told=tell_order(received.place, body, region=received.region))


def _read_order_deleted(received: Received, body: Body) -> Reading:
    """Deleted for good, with nothing but its number: it counts no more."""
    number = str(body["id"])
    return Reading(
        told=[
            tell_step(
                received.place,
                name="Order Cancelled",
                topic="order-deleted",
                object_id=number,
                person=Person(distinct_id=f"order:{received.place.source}:{number}", is_nobody=True),
                at=received.received_at,
                properties={"order_id": number, "reason": "deleted", "anonymous": True},
                of=f"order:{number}",
            )
        ]
    )


def _read_customer(received: Received, body: Body) -> Reading:
    return Reading(told=tell_customer(received.place, body))


def _read_customer_deleted(received: Received, body: Body) -> Reading:
    person = received.place.name_person(body["id"])
    return Reading(asks=[Ask(key=f"{Wanted.DELETED}:{person}", what=Wanted.DELETED, distinct_id=person)])


def _read_product(received: Received, body: Body) -> Reading:
    return Reading(told=tell_product(received.place, body, now=received.received_at))


_READERS: Mapping[str, Callable[[Received, Body], Reading]] = {
    "order.created": _read_order,
    "order.updated": _read_order,
    "order.restored": _read_order,
    "order.deleted": _read_order_deleted,
    "customer.created": _read_customer,
    "customer.updated": _read_customer,
    "customer.deleted": _read_customer_deleted,
    "product.created": _read_product,
    "product.updated": _read_product,
    "product.restored": _read_product,
}


def tell_order(place: Place, body: Body, *, region: str) -> list[Told]:
    """The buyer, and the order as it is now. What was given back stands in `refunds`, without lines."""
    status = str(body.get("status") or "")
    if status in _NOT_YET:
        return []
    number = str(body["id"])
    billing = body.get("billing") or {}
    person = choose_person(
        place,
        customer_id=body.get("customer_id"),
        email=billing.get("email"),
        phone=billing.get("phone"),
        region=str(billing.get("country") or region),
        order_id=number,
    )
    updated_at = _read_gmt(body, "date_modified")
    told: list[Told] = []
    if not person.is_nobody:
        told.append(_tell_buyer(place, billing, person, updated_at))
    sale = _read_sale(body, person, number, status, updated_at)
    told += tell_sale(place, sale)
    told += [_tell_refund(place, sale, refund) for refund in body.get("refunds") or ()]
    return told


def _tell_buyer(place: Place, billing: Body, person: Person, updated_at: datetime) -> Told:
    """An object of its own: an order's address is not the account's, and must not be taken for an older version of it."""
    return tell_person(
        place,
        distinct_id=person.distinct_id,
        object_id=f"buyer:{person.distinct_id}",
        updated_at=updated_at,
        traits=_read_address(billing),
    )


def _read_address(billing: Body) -> dict[str, Any]:
    return {
        "firstName": billing.get("first_name"),
        "lastName": billing.get("last_name"),
        "email": billing.get("email"),
        "phone": billing.get("phone"),
        "country": billing.get("country"),
        "city": billing.get("city"),
    }


def _read_sale(body: Body, person: Person, number: str, status: str, updated_at: datetime) -> Sale:
    shipping_to = body.get("shipping") or {}
    billing = body.get("billing") or {}
    coupons = [str(one.get("code") or "") for one in body.get("coupon_lines") or ()]
    return Sale(
        id=number,
        person=person,
        ordered_at=_read_gmt(body, "date_created"),
        updated_at=updated_at,
        currency=str(body.get("currency") or ""),
        lines=[
            _read_line(line, with_tax=bool(body.get("prices_include_tax")))
            for line in body.get("line_items") or ()
        ],
        discount=read_decimal(body.get("discount_total"), "discount_total"),
        tax=read_decimal(body.get("total_tax"), "total_tax"),
        shipping=read_decimal(body.get("shipping_total"), "shipping_total"),
        channel=str(body.get("created_via") or "web"),
        country=str(shipping_to.get("country") or billing.get("country") or ""),
        paid_at=_read_gmt(body, "date_paid") if body.get("date_paid_gmt") else None,
        cancelled_at=updated_at if status in _GONE else None,
        more={
            "number": str(body.get("number") or ""),
            "coupon": ", ".join(code for code in coupons if code),
            "payment_method": str(body.get("payment_method") or ""),
            "status": status,
        },
    )


def _read_line(line: Body, *, with_tax: bool) -> Line:
    """`subtotal` is of the whole line before coupons, `total` after, both without tax, which is added where prices have it.

    The price of a piece is the subtotal divided, rounded to what is kept of it; what that loses goes into the discount.
    """
    quantity = read_decimal(line.get("quantity"), "quantity")
    before = read_decimal(line.get("subtotal"), "subtotal")
    charged = read_decimal(line.get("total"), "total")
    if with_tax:
        before += read_decimal(line.get("subtotal_tax"), "subtotal_tax")
        charged += read_decimal(line.get("total_tax"), "total_tax")
    price = (before / quantity).quantize(_PIECE) if quantity else Decimal(0)
    return Line(
        sku=str(line.get("sku") or line.get("variation_id") or line.get("product_id") or ""),
        name=str(line.get("name") or ""),
        quantity=quantity,
        price=price,
        discount=(price * quantity - charged).normalize() + Decimal(0),
    )


def _tell_refund(place: Place, sale: Sale, refund: Body) -> Told:
    """`total` is negative. Its own time stands in the refund only, which the order doesn't hold: the order's is near."""
    return tell_refund(
        place,
        refund_id=refund["id"],
        order_id=sale.id,
        person=sale.person,
        at=sale.updated_at,
        currency=sale.currency,
        amount=abs(read_decimal(refund.get("total"), "refunds")),
        reason=str(refund.get("reason") or ""),
    )


def tell_customer(place: Place, body: Body) -> list[Told]:
    """An account of the shop."""
    number = str(body["id"])
    billing = body.get("billing") or {}
    own = {key: body.get(key) for key in ("email", "first_name", "last_name")}
    known = {key: value for key, value in own.items() if value}
    when = "date_modified" if body.get("date_modified_gmt") else "date_created"
    return [
        tell_person(
            place,
            distinct_id=place.name_person(number),
            object_id=number,
            updated_at=_read_gmt(body, when),
            traits=_read_address({**billing, **known}),
        )
    ]


def tell_product(place: Place, body: Body, *, now: datetime) -> list[Told]:
    """Name and category; without a number of its own a product is known by the shop's id, as its order lines are."""
    sku = str(body.get("sku") or body["id"])
    updated_at = _read_gmt(body, "date_modified") if body.get("date_modified_gmt") else now
    categories = [str(one.get("name") or "") for one in body.get("categories") or ()]
    told = {"sku": sku, "name": str(body.get("name") or ""), "category": next(iter(categories), "")}
    return [
        Told(
            event=NewEvent(
                message_id=place.name_message("product", sku, write_moment(updated_at)),
                type="track",
                name="Product Updated",
                distinct_id=f"product:{sku}",
                occurred_at=updated_at,
                properties={key: value for key, value in told.items() if value},
                source=place.source,
            ),
            object=f"product:{sku}",
            version=updated_at,
        )
    ]


def _read_gmt(body: Body, field: str) -> datetime:
    """`date_created_gmt` and the like, which carry no offset; the local one only where there is no other."""
    return read_moment(body.get(f"{field}_gmt") or body.get(field), field).astimezone(UTC)
