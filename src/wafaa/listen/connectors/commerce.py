"""Shops' orders, refunds and people as events: what all shop connectors share. Pure.

Money is decimal text. An order is told whole each time; know.orders takes the newest version (`context.version`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from wafaa.know.customers.rules import read_email, read_phone
from wafaa.listen.connectors.rules import ConnectorError, Place, Told, Why
from wafaa.stream.rules import NewEvent

_ZERO = Decimal(0)
_EMPTY: tuple[Any, ...] = (None, "", [], {})
# No shop's number is longer; what is, is a text that was read as a number.
_DIGITS_MAX = 12


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom an event is about. `is_nobody`: neither account nor e-mail nor phone; the id is then the order's own."""

    distinct_id: str
    is_nobody: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an order: the price of one piece as charged before `discount`, which is of the whole line."""

    sku: str
    name: str = ""
    quantity: Decimal
    price: Decimal
    discount: Decimal = _ZERO
    category: str = ""
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order as its shop has it now."""

    id: str  # over there; what refunds name. Told as order_id unless `number` differs
    person: Person
    ordered_at: datetime
    updated_at: datetime
    currency: str
    lines: Sequence[Line]
    discount: Decimal = _ZERO  # of the whole order, as shown; the lines' own are in the lines
    tax: Decimal = _ZERO
    shipping: Decimal = _ZERO
    channel: str = ""
    country: str = ""
    store: str = ""
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)  # further properties: checkout_id, coupon, url ...


def choose_person(
    place: Place,
    *,
    customer_id: str | int | None,
    email: str | None,
    phone: str | None,
    region: str,
    order_id: str | int,
) -> Person:
    """The account over there, else the e-mail, else the phone, else nobody."""
    if customer_id not in (None, "", 0, "0"):
        return Person(distinct_id=place.name_person(customer_id or ""))
    if folded := read_email(email or ""):
        return Person(distinct_id=f"email:{folded}"[:200])
    if (number := read_phone(phone or "", "", region)).startswith("+"):
        return Person(distinct_id=f"phone:{number}")
    return Person(distinct_id=f"order:{place.source}:{order_id}"[:200], is_nobody=True)


def tell_sale(place: Place, sale: Sale) -> list[Told]:
    """The order's present version; once each, that it was paid and that it was cancelled."""
    version, whole = write_moment(sale.updated_at), _write_sale(sale)
    told = [
        Told(
            event=_make(
                place,
                sale,
                name="Order Completed",
                message=("order", version),
                properties=whole,
                at=sale.ordered_at,
            ),
            object=f"order:{sale.id}",
            version=sale.updated_at,
            later_name="Order Updated",
        )
    ]
    if (at := sale.paid_at) is not None:
        paid = {"order_id": sale.id, "paid_at": write_moment(at)}
        # without a version: an order is paid once, also where the shop moves its time later
        told.append(
            Told(
                event=_make(
                    place, sale, name="Order Paid", message=("order-paid", "-"), properties=paid, at=at
                )
            )
        )
    if (at := sale.cancelled_at) is not None:
        gone = {**whole, "ordered_at": write_moment(sale.ordered_at), "reason": sale.cancel_reason}
        message = ("order-cancelled", write_moment(at))
        told.append(
            Told(event=_make(place, sale, name="Order Cancelled", message=message, properties=gone, at=at))
        )
    return told


def _make(
    place: Place,
    sale: Sale,
    *,
    name: str,
    message: tuple[str, str],
    properties: Mapping[str, Any],
    at: datetime,
) -> NewEvent:
    topic, version = message
    return NewEvent(
        message_id=place.name_message(topic, sale.id, version),
        type="track",
        name=name,
        distinct_id=sale.person.distinct_id,
        occurred_at=at,
        properties={**properties, "anonymous": True} if sale.person.is_nobody else properties,
        context={"version": write_moment(sale.updated_at)},
        source=place.source,
    )


def _write_sale(sale: Sale) -> dict[str, Any]:
    told: dict[str, Any] = {
        "order_id": sale.id,
        "currency": sale.currency.upper(),
        "discount": write_decimal(sale.discount),
        "tax": write_decimal(sale.tax),
        "shipping": write_decimal(sale.shipping),
        "channel": sale.channel,
        "country": sale.country,
        "affiliation": sale.store,
        "paid_at": write_moment(sale.paid_at) if sale.paid_at else None,
        "cancelled_at": write_moment(sale.cancelled_at) if sale.cancelled_at else None,
        "products": [_write_line(line, place) for place, line in enumerate(sale.lines, start=1)],
        **sale.more,
    }
    return {key: value for key, value in told.items() if value not in (None, "")}


def _write_line(line: Line, place: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sku": line.sku[:200],
        "name": line.name,
        "category": line.category,
        "quantity": write_decimal(line.quantity),
        "price": write_decimal(line.price),
        "discount": write_decimal(line.discount) if line.discount else None,
        "cost": write_decimal(line.cost) if line.cost is not None else None,
        "line": place,
    }
    return {key: value for key, value in told.items() if value not in (None, "")}


def tell_refund(
    place: Place,
    *,
    refund_id: str | int,
    order_id: str | int,
    person: Person,
    at: datetime,
    currency: str,
    amount: Decimal,
    lines: Sequence[Line] = (),
    reason: str = "",
) -> Told:
    """Money given back; told once, because no shop changes a refund."""
    told: dict[str, Any] = {
        "refund_id": str(refund_id),
        "order_id": str(order_id),
        "currency": currency.upper(),
        "amount": write_decimal(amount),
        "products": [_write_line(line, number) for number, line in enumerate(lines, start=1)],
    }
    if reason:
        told["reason"] = reason[:500]
    if person.is_nobody:
        told["anonymous"] = True
    return Told(
        event=NewEvent(
            message_id=place.name_message("refund", refund_id, "-"),
            type="track",
            name="Order Refunded",
            distinct_id=person.distinct_id,
            occurred_at=at,
            properties=told,
            source=place.source,
        ),
        of=f"order:{order_id}" if person.is_nobody else "",
    )


def tell_person(
    place: Place, *, distinct_id: str, traits: Mapping[str, Any], updated_at: datetime, object_id: str
) -> Told:
    """What the shop knows of somebody; traits that it leaves empty are left out and so stay as they were."""
    return Told(
        event=NewEvent(
            message_id=place.name_message("customer", object_id, write_moment(updated_at)),
            type="identify",
            name="identify",
            distinct_id=distinct_id,
            occurred_at=updated_at,
            properties={key: _read_trait(key, value) for key, value in traits.items() if value not in _EMPTY},
            source=place.source,
        ),
        object=f"customer:{object_id}",
        version=updated_at,
    )


def _read_trait(key: str, value: Any) -> Any:
    """Text and lists of text as they are, a number as text: what is neither would only fail where traits are applied."""
    if isinstance(value, str) or key in {"attributes", "address"}:
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ConnectorError(Why.UNREADABLE, key)


def tell_consent(
    place: Place,
    *,
    distinct_id: str,
    channel: str,
    is_given: bool,
    at: datetime,
    proof: Mapping[str, Any] | None = None,
    purpose: str = "marketing",
) -> Told:
    """Consent Given or Consent Withdrawn; `channel`: email, sms, whatsapp, phone. Only where somebody has chosen at `at`."""
    return Told(
        event=NewEvent(
            message_id=place.name_message(f"consent-{channel}-{purpose}", distinct_id, write_moment(at)),
            type="track",
            name="Consent Given" if is_given else "Consent Withdrawn",
            distinct_id=distinct_id,
            occurred_at=at,
            properties={
                "channel": channel,
                "purpose": purpose,
                "text_version": "",
                "source": place.system,
                "proof": dict(proof or {}),
            },
            source=place.source,
        )
    )


def tell_step(
    place: Place,
    *,
    name: str,
    topic: str,
    object_id: str | int,
    person: Person,
    at: datetime,
    properties: Mapping[str, Any],
    of: str = "",
) -> Told:
    """Something that happens once to an object: Order Shipped, Order Delivered, Return Requested ...

    `of` names its order ("order:1001"), used where the person is nobody.
    """
    return Told(
        event=NewEvent(
            message_id=place.name_message(topic, object_id, "-"),
            type="track",
            name=name,
            distinct_id=person.distinct_id,
            occurred_at=at,
            properties={key: value for key, value in properties.items() if value not in (None, "")},
            source=place.source,
        ),
        of=of if person.is_nobody else "",
    )


def read_decimal(value: Any, where: str) -> Decimal:
    """Text or a number of JSON, nothing as 0. Raises ConnectorError(UNREADABLE) that names the field."""
    if value in (None, ""):
        return _ZERO
    try:
        read = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ConnectorError(Why.UNREADABLE, where) from error
    if not read.is_finite() or read.adjusted() >= _DIGITS_MAX:
        raise ConnectorError(Why.UNREADABLE, where)
    return read


def write_decimal(value: Decimal) -> str:
    """Never with an exponent."""
    return f"{value:f}"


def read_moment(value: Any, where: str) -> datetime:
    """ISO 8601; without an offset it is UTC. Raises ConnectorError(UNREADABLE) that names the field."""
    try:
        moment = datetime.fromisoformat(str(value).strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ConnectorError(Why.UNREADABLE, where) from error


def write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
