"""The demo shop as events of the stream, in the order in which they happened, in chunks for the bulk path."""

import csv
import io
import uuid
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from wafaa.kit.money import from_minor
from wafaa.run.demo.people import Person
from wafaa.run.demo.shop import CURRENCY, Line, Order, Shop
from wafaa.run.demo.ways import Told, tell_ways

SOURCE = "demo"
# The last event of all: where it stands in the stream, the whole shop does
LOADED_ID = "demo"
LOADED_NAME = "Demo Loaded"
# A chunk is one transaction of well under a second
CHUNK_EVENTS = 3_000
_NAMESPACE = uuid.UUID("6f0e8b52-5a0f-4c53-9a3e-2d2f0a7f9c11")
_TAX_PERCENT = 15


def tell_shop(shop: Shop) -> list[Told]:
    """All events by time; a customer is introduced at the first purchase."""
    told: list[Told] = []
    met: set[str] = set()
    for order in sorted(shop.orders, key=lambda order: (order.at, order.number)):
        if order.person and order.person.number not in met:
            met.add(order.person.number)
            told.append(_tell_person(order.person, order.at))
            told.extend(_tell_consents(order.person, order.at))
        told.extend(_tell_order(order))
    told.extend(tell_ways(shop))
    # a stable sort: the introduction stays before the purchase of the same second
    told.sort(key=lambda event: event.at)
    told.append(_tell_loaded(shop, len(told)))
    return told


def write_chunks(shop: Shop, told: Sequence[Told]) -> Iterator[tuple[int, bytes]]:
    """How many events, and their CSV with the columns of the stream's bulk path."""
    parameters = shop.truth.parameters
    origin = f"{parameters.seed}:{shop.truth.calendar.first}:{shop.truth.calendar.days}"
    for start in range(0, len(told), CHUNK_EVENTS):
        chunk = told[start : start + CHUNK_EVENTS]
        text = io.StringIO()
        writer = csv.writer(text)
        for event in chunk:
            properties = msgspec.json.encode(event.properties).decode()
            message_id = uuid.uuid5(_NAMESPACE, f"{origin}:{event.key}")
            writer.writerow(
                (
                    message_id,
                    event.type,
                    event.name,
                    event.distinct_id,
                    event.at.isoformat(),
                    properties,
                    msgspec.json.encode(event.context).decode(),
                    SOURCE,
                )
            )
        yield len(chunk), text.getvalue().encode()


def _tell_person(person: Person, at: datetime) -> Told:
    traits = {
        "customer_number": person.number,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "country": person.country,
        "city": person.city,
        "birthday": person.birthday.isoformat() if person.birthday else "",
    }
    known: dict[str, Any] = {name: value for name, value in traits.items() if value}
    if person.latin_name != person.name:
        known["attributes"] = {"latin_name": person.latin_name}
    return Told(at, f"identify:{person.number}", "identify", "identify", person.number, known)


def _tell_consents(person: Person, at: datetime) -> Iterator[Told]:
    """What was ticked at the till, by most: decided by the number, so that the shop's own chance stays as it is."""
    lot = zlib.crc32(person.number.encode()) % 100
    for channel, address, share in (
        ("email", person.email, 76),
        ("sms", person.phone, 58),
        ("whatsapp", person.phone, 41),
    ):
        if address and lot < share:
            said = {"channel": channel, "purpose": "marketing", "place": "checkout", "text_version": "1"}
            yield Told(
                at, f"consent:{channel}:{person.number}", "track", "Consent Given", person.number, said
            )


def _tell_order(order: Order) -> Iterator[Told]:
    who = order.person.number if order.person else f"order:{SOURCE}:{order.number}"
    yield Told(order.at, f"order:{order.number}", "track", "Order Completed", who, _order_properties(order))
    if order.promised_at and order.delivered_at:
        days_late = max(0, -((order.promised_at - order.delivered_at) // timedelta(days=1)))
        delivery = {
            "order_id": order.number,
            "promised_at": order.promised_at.isoformat(),
            "delivered_at": order.delivered_at.isoformat(),
            "days_late": days_late if order.delivered_at > order.promised_at else 0,
        }
        yield Told(order.delivered_at, f"delivery:{order.number}", "track", "Order Delivered", who, delivery)
    if refund := order.refund:
        given_back = {
            "refund_id": refund.number,
            "order_id": order.number,
            **_circumstances(order),
            "products": _tell_lines(refund.lines, with_cost=False),
        }
        yield Told(refund.at, f"refund:{refund.number}", "track", "Order Refunded", who, given_back)


def _circumstances(order: Order) -> dict[str, Any]:
    country = order.person.country if order.person else "SA"
    return {"currency": CURRENCY, "affiliation": order.branch, "channel": order.channel, "country": country}


def _order_properties(order: Order) -> dict[str, Any]:
    # Prices hold the tax: 15 parts of 115
    tax_minor = round((order.gross_minor + order.shipping_minor) * _TAX_PERCENT / (100 + _TAX_PERCENT))
    properties = {
        "order_id": order.number,
        **_circumstances(order),
        "discount": _money(sum(line.discount_minor for line in order.lines)),
        "tax": _money(tax_minor),
        "shipping": _money(order.shipping_minor),
        "products": _tell_lines(order.lines, with_cost=True),
    }
    if order.promised_at:
        properties["promised_at"] = order.promised_at.isoformat()
    if order.person is None:
        properties["anonymous"] = True
    return properties


def _tell_lines(lines: Sequence[Line], *, with_cost: bool) -> list[dict[str, Any]]:
    return [_tell_line(ordinal, line, with_cost) for ordinal, line in enumerate(lines, 1)]


def _tell_line(ordinal: int, line: Line, with_cost: bool) -> dict[str, Any]:
    product = line.product
    told: dict[str, Any] = {
        "line": ordinal,
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "quantity": str(line.quantity),
        "price": _money(product.price_minor) if with_cost else _unit_charged(line),
    }
    if with_cost:
        told["cost"] = _money(product.cost_minor)
        if line.discount_minor:
            told["discount"] = _money(line.discount_minor)
    return told


def _unit_charged(line: Line) -> str:
    """What one piece was charged after its discount, fine enough that the sum comes out again."""
    return str(round(from_minor(line.amount_minor, CURRENCY) / line.quantity, 6))


def _money(minor: int) -> str:
    amount: Decimal = from_minor(minor, CURRENCY)
    return str(amount)


def _tell_loaded(shop: Shop, events: int) -> Told:
    calendar = shop.truth.calendar
    end = calendar.first + timedelta(days=calendar.days)
    facts = {
        "seed": shop.truth.parameters.seed,
        "end": end.isoformat(),
        "events": events,
        "orders": len(shop.orders),
    }
    last = max(order.at for order in shop.orders)
    return Told(last, "loaded", "track", LOADED_NAME, LOADED_ID, facts)
