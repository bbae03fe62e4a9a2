"""A bill, or a tap on a button: an order on the stream like any other, or an event that a rule waits for."""

from decimal import Decimal
from typing import Any

from wafaa.access.business.queries import get_business
from wafaa.decide.loyalty.rules.telling import choose_distinct_id
from wafaa.kit.money import format_money, from_minor
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.orders.models import Product
from wafaa.show.till.actions.noting import Counter, note, record
from wafaa.show.till.actions.paying import pay, pay_as_shown
from wafaa.show.till.errors import AmountWrong, KeyGone
from wafaa.show.till.models import Deed
from wafaa.show.till.queries.deeds import name_message
from wafaa.show.till.queries.finding import find_who
from wafaa.show.till.queries.keys import find_event_rule
from wafaa.show.till.rules import CHANNEL, SOURCE, Told, read_amount
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent


def earn(told: Told, counter: Counter) -> Deed:
    """Raises AmountWrong, ReceiptUsed, what find_who raises, and what `pay` does where points pay a part."""
    return _sell(told, counter, sku="")


def stamp(told: Told, counter: Counter) -> Deed:
    """As the button says. Raises KeyGone besides."""
    if told.key.startswith("event:"):
        return _tell_event(told, counter)
    sku = told.key.removeprefix("sku:")
    if sku == told.key or not Product.objects.filter(sku=sku).exists():
        raise KeyGone
    return _sell(told, counter, sku=sku)


def _sell(told: Told, counter: Counter, *, sku: str) -> Deed:
    currency = get_business().currency
    minor = read_amount(told.amount, currency)
    if minor is None:
        raise AmountWrong
    customer = find_who(told)
    deed = note(told, counter, customer, amount_minor=minor, currency=currency)
    confirmed_by = _pay_part(told, deed, customer, counter)
    price = from_minor(minor, currency) / told.pieces
    line = {"quantity": str(told.pieces), "price": f"{price.quantize(Decimal('0.000001'))}"}
    order: dict[str, Any] = {
        "order_id": str(deed.uuid),
        "number": deed.receipt,
        "currency": currency,
        "affiliation": counter.code,
        "channel": CHANNEL,
        "products": [{**line, "sku": sku} if sku else line],
    }
    tell(deed, customer, "Order Completed", order)
    record(
        deed,
        counter,
        amount=format_money(minor, currency, "en"),
        receipt=deed.receipt,
        pieces=told.pieces if told.pieces > 1 else 0,
        paid_with_points=deed.facts.get("paid_points", 0),
        confirmed_by=confirmed_by,
    )
    return deed


def _pay_part(told: Told, deed: Deed, customer: Customer, counter: Counter) -> str:
    """With points, where the member wants it; how they said yes."""
    if told.code:
        return pay_as_shown(told, deed, customer, counter)
    return pay(told, deed, customer, counter) if told.points else ""


def _tell_event(told: Told, counter: Counter) -> Deed:
    found = find_event_rule(told.key)
    if found is None:
        raise KeyGone
    _programme, rule = found
    customer = find_who(told)
    deed = note(told, counter, customer, facts={"event": rule.event})
    tell(deed, customer, rule.event, {**rule.given, "store": counter.code, "channel": CHANNEL})
    record(deed, counter, event=rule.event)
    return deed


def tell(deed: Deed, customer: Customer, name: str, properties: dict[str, Any], *, mark: str = "") -> None:
    """Onto the stream, once: the message's id is made of the deed's."""
    record_event(
        event=NewEvent(
            message_id=name_message(deed.uuid) + mark,
            type="track",
            name=name,
            distinct_id=choose_distinct_id(list_distinct_ids([customer.pk])[customer.pk]),
            occurred_at=deed.at,
            properties=properties,
            source=SOURCE,
        )
    )
