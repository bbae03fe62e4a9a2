"""What Salla says of orders and shipments."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from wafaa.listen.connectors.commerce import Line, Person, Sale, choose_person, tell_refund, write_decimal
from wafaa.listen.connectors.payload import Payload
from wafaa.listen.connectors.rules import Told
from wafaa.listen.connectors.salla.people import ZONE, Hearing, read_phone, tell_customer
from wafaa.listen.connectors.statuses import (
    Shipment,
    Step,
    is_late,
    spread_discount,
    tell_sale_once,
    tell_steps,
)

_CENT = Decimal("0.01")

# https://docs.salla.dev/5394150e0: the slugs of an order's status. What is not listed means nothing to us.
STEPS: Mapping[str, Sequence[Step]] = {
    "shipped": (Step.SHIPPED,),
    "delivering": (Step.SHIPPED,),
    "delivered": (Step.SHIPPED, Step.DELIVERED),
    "restoring": (Step.RETURNING,),
}
CANCELLED = frozenset({"canceled", "cancelled", "deleted"})
RETURNED = "restored"
# The customer has not paid and nobody has accepted the order: no order yet.
NOT_YET = frozenset(
    {"payment_pending", "waiting_for_payment_confirmation", "payment_failed", "request_quote"}
)
# Money that comes later: payment method -> in which statuses it has come. Any other method is paid at once.
PAID_LATER: Mapping[str, frozenset[str]] = {
    "cod": frozenset({"delivered"}),
    "bank": frozenset({"in_progress", "completed", "shipped", "delivering", "delivered"}),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An order as a delivery or a page of the past has it: whose it is, and in which status since when.

    `at` is when that came about, `version` what it is compared by with what else is told of the order. The API gives no time of
    change: there an order is as it stands when it is asked for, newer than every webhook before, and what its status means
    came about at some time since it was ordered.
    """

    order: Payload
    person: Person
    slug: str
    status_name: str
    ordered_at: datetime | None
    at: datetime
    version: datetime
    is_asked: bool  # by us, and without a time of change


def read_order(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """The whole order and the steps that its status means; a status alone gives the steps alone."""
    now = _read_standing(hearing, event, data)
    order, customer = now.order, now.order.object("customer")
    told: list[Told] = []
    if "id" in customer:
        told += tell_customer(hearing, customer, version=now.ordered_at or now.version)
    is_unpaid = now.slug in NOT_YET or order.flag("is_pending_payment")
    if "items" in order and now.ordered_at is not None and not is_unpaid and not order.flag("draft"):
        sale = tell_sale_once(hearing.place, _read_sale(hearing, now, now.ordered_at))
        told += [_name_by_content(hearing, one) for one in sale] if now.is_asked else sale
    told += tell_steps(
        hearing.place,
        [*STEPS.get(now.slug, ()), *([Step.DELAYED] if is_late(now.status_name) else [])],
        order_id=order.id(),
        person=now.person,
        at=now.at,
        shipment=_read_parcel(order),
        reason=now.status_name,
    )
    return told + _tell_given_back(hearing, event, now)


def _read_standing(hearing: Hearing, event: str, data: Payload) -> Standing:
    order = data.object("order") if "order" in data else data
    status = data if "order" in data and "status" in data and "status" not in order else order
    slug, status_name = _read_status(status)
    customer, receiver = order.object("customer"), order.object("shipping").object("receiver")
    ordered_at = order.moment("date", now=hearing.now, zone=ZONE)
    said = order.moment("updated_at", now=hearing.now, zone=ZONE)
    return Standing(
        order=order,
        person=choose_person(
            hearing.place,
            customer_id=customer.some_id(),
            email=customer.text("email") or receiver.text("email"),
            phone=read_phone(customer) or receiver.text("phone"),
            region=hearing.region,
            order_id=order.id(),
        ),
        slug={"order.cancelled": "canceled", "order.deleted": "deleted"}.get(event, slug),
        status_name=status_name,
        ordered_at=ordered_at,
        at=said or (ordered_at if hearing.is_past else None) or hearing.said_at,
        version=said or hearing.said_at,
        is_asked=hearing.is_past and said is None,
    )


def _name_by_content(hearing: Hearing, told: Told) -> Told:
    """A page that is read twice gives the same ids: the same content of an order is told once a day."""
    if not told.object.startswith("order:"):
        return told
    written = repr(sorted(told.event.properties.items())).encode()
    version = f"{hearing.now:%Y%m%d}-{hashlib.sha256(written).hexdigest()[:16]}"
    message_id = hearing.place.name_message("order", told.object.removeprefix("order:"), version)
    return replace(told, event=replace(told.event, message_id=message_id))


def _read_status(order: Payload) -> tuple[str, str]:
    """Slug and name, also where a status is only its name or the shop's own one stands beside it."""
    if not isinstance(order.values.get("status"), dict):
        return "", order.text("status")
    status = order.object("status")
    return status.text("slug"), status.object("customized").text("name") or status.text("name")


def _read_sale(hearing: Hearing, now: Standing, ordered_at: datetime) -> Sale:
    order, slug = now.order, now.slug
    amounts = order.object("amounts")
    currency = order.text("currency") or amounts.object("total").text("currency")
    discounts = [one.money("discount") for one in _list_discounts(amounts)]
    shipping, tax = amounts.money("shipping_cost"), amounts.money("tax")
    lines, line_taxes = [], Decimal(0)
    for item in order.objects("items"):
        line, line_tax = _read_line(item, with_tax=hearing.with_tax)
        lines.append(line)
        line_taxes += line_tax
    charged = None
    if "total" in amounts:
        charged = amounts.money("total") - shipping - amounts.money("cash_on_delivery") - tax
        charged += line_taxes if hearing.with_tax else Decimal(0)
    paid_at = None
    if slug not in CANCELLED and slug in PAID_LATER.get(order.text("payment_method"), {slug}):
        paid_at = ordered_at if hearing.is_past or order.text("payment_method") not in PAID_LATER else now.at
    return Sale(
        id=order.id(),
        person=now.person,
        ordered_at=ordered_at,
        updated_at=now.version,
        currency=currency[:3],
        lines=spread_discount(lines, sum(discounts, Decimal(0)), charged=charged),
        discount=sum(discounts, Decimal(0)),
        tax=tax,
        shipping=shipping,
        channel=order.text("source", limit=100),
        country=_read_country(order),
        store=order.object("pickup_branch").text("name", limit=100),
        paid_at=paid_at,
        cancelled_at=now.at if slug in CANCELLED else None,
        cancel_reason=order.object("status").object("customized").text("name") if slug in CANCELLED else "",
        more={
            "order_number": order.text("reference_id", limit=100),
            "payment_method": order.text("payment_method", limit=100),
            "coupon": next((one.text("code", limit=100) for one in _list_discounts(amounts)), ""),
            "checkout_id": order.text("cart_reference_id", limit=100),
        },
    )


def _read_line(item: Payload, *, with_tax: bool) -> tuple[Line, Decimal]:
    """A line, and the tax in it. price_without_tax is of one piece; discount, tax and total are of the whole line."""
    amounts, product = item.object("amounts"), item.object("product")
    quantity = item.number("quantity") or Decimal(0)
    price = amounts.money("price_without_tax") if "price_without_tax" in amounts else item.money("price")
    discount, tax = amounts.money("total_discount"), amounts.money("tax")
    if with_tax and tax and quantity > 0:
        price = (price + tax / quantity).quantize(Decimal("0.000001"))
    line = Line(
        sku=item.first("sku") or product.first("sku") or item.text("product_id") or product.text("id"),
        name=item.text("name", limit=500) or product.text("name", limit=500),
        quantity=quantity,
        price=price,
        discount=discount,
    )
    return line, tax


def _list_discounts(amounts: Payload) -> list[Payload]:
    """A list of them; older orders have one amount, or nothing."""
    if isinstance(amounts.values.get("discounts"), dict):
        one = amounts.object("discounts")
        return [Payload({"discount": one.values.get("amount")}, one.path)] if "amount" in one else []
    return list(amounts.objects("discounts"))


def _read_parcel(order: Payload) -> Shipment:
    shipping = order.object("shipping")
    parcel = next(order.objects("shipments"), Payload({}))
    return Shipment(
        tracking_number=parcel.text("tracking_number", limit=100)
        or shipping.object("shipment").text("tracking_number", limit=100),
        carrier=parcel.text("courier_name", limit=100) or shipping.text("company", limit=100),
    )


def _read_country(order: Payload) -> str:
    shipping = order.object("shipping")
    address = shipping.object("address") or order.object("ship_to")
    return address.text("country_code", limit=100) or order.object("customer").text("country_code", limit=100)


def _tell_given_back(hearing: Hearing, event: str, now: Standing) -> list[Told]:
    """Salla says how much of an order was given back so far, so that there is one refund an order, which may grow."""
    order = now.order
    refund = order.object("payment_actions").object("refund_action")
    amount = refund.money("refund_amount") if refund.flag("has_refund_amount") else Decimal(0)
    if amount <= 0 and (now.slug == RETURNED or event == "order.refunded"):
        amounts = order.object("amounts")
        amount = amounts.money("total") or order.money("total")
    if amount <= 0:
        return []
    total = order.object("amounts").object("total")
    told = tell_refund(
        hearing.place,
        refund_id=order.id(),
        order_id=order.id(),
        person=now.person,
        at=now.at,
        currency=(order.text("currency") or total.text("currency"))[:3],
        amount=amount,
    )
    # The same sum said again, by a later status, is the same refund.
    message_id = hearing.place.name_message("refund", order.id(), write_decimal(amount.quantize(_CENT)))
    return [
        replace(
            told,
            event=replace(told.event, message_id=message_id),
            object=f"refund:{order.id()}",
            version=now.version,
        )
    ]


def read_shipment(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """shipment.created, .updated: {order_id, type, courier_name, tracking_number, status, ship_to}."""
    order_id, receiver = data.id("order_id"), data.object("ship_to")
    person = choose_person(
        hearing.place,
        customer_id=None,
        email=receiver.text("email"),
        phone=receiver.text("phone"),
        region=hearing.region,
        order_id=order_id,
    )
    is_return = data.text("type") == "return"
    status = data.text("status")
    steps = [Step.RETURNING] if is_return else list(STEPS.get(status, ()))
    parcel = Shipment(
        tracking_number=data.first("tracking_number", "shipping_number")[:100],
        carrier=data.text("courier_name", limit=100),
    )
    told = tell_steps(
        hearing.place, steps, order_id=order_id, person=person, at=hearing.said_at, shipment=parcel
    )
    # the order knows better whose it is
    return [replace(one, of=f"order:{order_id}") for one in told]
