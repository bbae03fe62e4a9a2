"""Shopify's orders, refunds, fulfilments and checkouts. Pure.

Amounts are those of the shop's currency (`currency`, not `presentment_currency`). What Shopify calls created is placed, paid or
not: cash on delivery is paid later. Orders of the test gateway are left out.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

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
    write_decimal,
)
from wafaa.listen.connectors.rules import Checkout, Place, Reading, Told
from wafaa.listen.connectors.shopify.people import tell_customer

Body = Mapping[str, Any]
_PAID = {"paid", "partially_refunded", "refunded"}


def tell_order(place: Place, body: Body, *, region: str) -> list[Told]:
    """The customer as the order names them, the order as it is now, and what of it was shipped, delivered and refunded."""
    if body.get("test"):
        return []
    person = _find_person(place, body, region)
    number = str(body["id"])
    told = list(_tell_buyer(place, body, person))
    told += tell_sale(place, _read_sale(body, person, number))
    for fulfillment in body.get("fulfillments") or ():
        told += tell_fulfillment(place, fulfillment, person=person)
    for refund in body.get("refunds") or ():
        one = tell_refund_of(place, refund, currency=str(body.get("currency") or ""), person=person)
        told += [one] if one else []
    return told


def _find_person(place: Place, body: Body, region: str) -> Person:
    customer = body.get("customer") or {}
    return choose_person(
        place,
        customer_id=customer.get("id"),
        email=body.get("email") or body.get("contact_email"),
        phone=body.get("phone"),
        region=region,
        order_id=body.get("id") or "",
    )


def _tell_buyer(place: Place, body: Body, person: Person) -> Iterator[Told]:
    """An order holds its customer as they were then: their own version decides whether that is news."""
    customer = body.get("customer") or {}
    language = str(body.get("customer_locale") or "")
    if customer.get("id") and (customer.get("updated_at") or customer.get("created_at")):
        yield from tell_customer(place, customer, language=language)
        return
    if person.is_nobody:
        return
    address = body.get("billing_address") or body.get("shipping_address") or {}
    yield tell_person(
        place,
        distinct_id=person.distinct_id,
        object_id=f"guest:{person.distinct_id}",
        updated_at=read_moment(body["updated_at"], "updated_at"),
        traits={
            "firstName": address.get("first_name"),
            "lastName": address.get("last_name"),
            "email": body.get("email"),
            "phone": body.get("phone") or address.get("phone"),
            "language": language[:2],
            "country": address.get("country_code"),
            "city": address.get("city"),
        },
    )


def _read_sale(body: Body, person: Person, number: str) -> Sale:
    updated_at = read_moment(body["updated_at"], "updated_at")
    is_paid = body.get("financial_status") in _PAID
    address = body.get("shipping_address") or body.get("billing_address") or {}
    codes = [str(one.get("code") or "") for one in body.get("discount_codes") or ()]
    return Sale(
        id=number,
        person=person,
        ordered_at=read_moment(body.get("processed_at") or body["created_at"], "created_at"),
        updated_at=updated_at,
        currency=str(body.get("currency") or ""),
        lines=[_read_line(line) for line in body.get("line_items") or ()],
        discount=read_decimal(body.get("total_discounts"), "total_discounts"),
        tax=read_decimal(body.get("total_tax"), "total_tax"),
        shipping=_read_shipping(body),
        channel=str(body.get("source_name") or "web"),
        country=str(address.get("country_code") or ""),
        store=str(body.get("location_id") or ""),
        paid_at=updated_at if is_paid else None,
        cancelled_at=read_moment(body["cancelled_at"], "cancelled_at") if body.get("cancelled_at") else None,
        cancel_reason=str(body.get("cancel_reason") or ""),
        more={
            "number": str(body.get("name") or ""),
            "coupon": ", ".join(code for code in codes if code),
            "checkout_id": str(body.get("checkout_token") or ""),
            "payment_status": str(body.get("financial_status") or ""),
            "delivery_status": str(body.get("fulfillment_status") or ""),
        },
    )


def _read_shipping(body: Body) -> Decimal:
    told = ((body.get("total_shipping_price_set") or {}).get("shop_money") or {}).get("amount")
    if told is not None:
        return read_decimal(told, "total_shipping_price_set")
    return sum(
        (read_decimal(one.get("price"), "shipping_lines") for one in body.get("shipping_lines") or ()),
        Decimal(0),
    )


def _read_line(line: Body, *, quantity: Any = None) -> Line:
    """`price` is of one piece before discounts; what of all discounts fell on the line stands in its allocations."""
    allocated = [
        read_decimal(one.get("amount"), "discount") for one in line.get("discount_allocations") or ()
    ]
    discount = sum(allocated, Decimal(0)) or read_decimal(line.get("total_discount"), "total_discount")
    return Line(
        sku=str(line.get("sku") or line.get("variant_id") or line.get("product_id") or ""),
        name=str(line.get("title") or line.get("name") or ""),
        quantity=read_decimal(line.get("quantity") if quantity is None else quantity, "quantity"),
        price=read_decimal(line.get("price"), "price"),
        discount=discount if quantity is None else Decimal(0),
    )


def tell_refund_of(place: Place, body: Body, *, currency: str, person: Person | None) -> Told | None:
    """What was given back is what the payments say; a refund without any (goods that came back, nothing paid) is none."""
    paid_back = [
        one
        for one in body.get("transactions") or ()
        if one.get("kind") == "refund" and one.get("status") == "success"
    ]
    if not paid_back:
        return None
    order_id = body.get("order_id") or ""
    return tell_refund(
        place,
        refund_id=body["id"],
        order_id=order_id,
        person=person or _nobody(place, order_id),
        at=read_moment(body.get("processed_at") or body["created_at"], "created_at"),
        currency=currency or str(paid_back[0].get("currency") or ""),
        amount=sum((read_decimal(one.get("amount"), "amount") for one in paid_back), Decimal(0)),
        lines=[
            _read_line(one.get("line_item") or {}, quantity=one.get("quantity"))
            for one in body.get("refund_line_items") or ()
        ],
        reason=str(body.get("note") or ""),
    )


def tell_fulfillment(place: Place, body: Body, *, person: Person | None) -> list[Told]:
    """Shipped once it is a success; delivered once the carrier says so."""
    if body.get("status") not in {"success", None}:
        return []
    order_id = str(body.get("order_id") or "")
    whom = person or _nobody(place, order_id)
    known = {"order_id": order_id, "fulfillment_id": str(body["id"])}
    told = [
        tell_step(
            place,
            name="Order Shipped",
            topic="order-shipped",
            object_id=body["id"],
            person=whom,
            at=read_moment(body["created_at"], "created_at"),
            properties={
                **known,
                "tracking_number": str(body.get("tracking_number") or ""),
                "carrier": str(body.get("tracking_company") or ""),
                "promised_at": body.get("estimated_delivery_at"),
            },
            of=f"order:{order_id}",
        )
    ]
    if body.get("shipment_status") == "delivered":
        at = read_moment(body.get("updated_at") or body["created_at"], "updated_at")
        told.append(
            tell_step(
                place,
                name="Order Delivered",
                topic="order-delivered",
                object_id=body["id"],
                person=whom,
                at=at,
                properties={**known, "promised_at": body.get("estimated_delivery_at")},
                of=f"order:{order_id}",
            )
        )
    return told


def _nobody(place: Place, order_id: Any) -> Person:
    return Person(distinct_id=f"order:{place.source}:{order_id}", is_nobody=True)


def read_checkout(place: Place, body: Body, *, region: str) -> Reading:
    """A checkout of somebody who can be named; of nobody nothing could follow."""
    number = str(body.get("token") or body["id"])
    person = _find_person(place, body, region)
    if person.is_nobody:
        return Reading()
    lines = [_read_line(line) for line in body.get("line_items") or ()]
    content = {
        "currency": str(body.get("currency") or ""),
        "value": write_decimal(read_decimal(body.get("total_price"), "total_price")),
        "url": str(body.get("abandoned_checkout_url") or ""),
        "products": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": write_decimal(line.quantity),
                "price": write_decimal(line.price),
            }
            for line in lines
        ],
    }
    created_at = read_moment(body["created_at"], "created_at")
    started = tell_step(
        place,
        name="Checkout Started",
        topic="checkout-started",
        object_id=number,
        person=person,
        at=created_at,
        properties={"checkout_id": number, **content},
    )
    kept = Checkout(
        id=number,
        distinct_id=person.distinct_id,
        updated_at=read_moment(body.get("updated_at") or body["created_at"], "updated_at"),
        content=content,
        is_done=bool(body.get("completed_at")),
    )
    return Reading(told=[started], checkouts=[kept])
