"""What happened to a customer, in sentences.

Known events have words of their own, others are called by their names.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from wafaa.design.formats import format_number
from wafaa.kit.money import format_money, to_minor
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_timeline
from wafaa.know.customers.rules import read_properties
from wafaa.know.journey.words import HOUSE, LABELS, TOLD
from wafaa.know.orders.queries import Stores, find_orders, find_refunds
from wafaa.learn.segments.offers import name_heard
from wafaa.show.console.customers.earned import EARNED, Earned
from wafaa.show.console.customers.noted import NOTED, Noted
from wafaa.show.console.customers.visited import Visited, say_visit
from wafaa.stream.rules import StoredEvent

PAGE_EVENTS = 30
# Properties of events that speak of orders; for readers of some stores these decide.
_ORDER_KEYS = ("order_id", "refund_id")

Properties = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline.

    `url` leads to the order that it speaks of; `is_quiet` is what the customer didn't do.
    """

    at: datetime
    sentence: SafeString
    url: str
    source: str
    is_quiet: bool


@dataclass(frozen=True, kw_only=True)
class Timeline:
    entries: list[Entry]
    next_cursor: str  # "" at the beginning of time


def read_timeline(
    customer: Customer, *, stores: Stores, sees_personal: bool = False, cursor: str = ""
) -> Timeline:
    """A page of everything that happened, newest first, as far as somebody with these stores may see it.

    What staff wrote of the customer is personal.
    """
    try:
        events, next_place = get_timeline(customer, place=cursor, limit=PAGE_EVENTS)
    except ValueError:  # somebody changed the address
        events, next_place = get_timeline(customer, limit=PAGE_EVENTS)
    shown = [(event, read_properties(event.properties)) for event in events]
    known, noted, visited = _Known(shown, stores), Noted(shown, sees_personal=sees_personal), Visited(events)
    earned = Earned(event.name for event in events)
    entries = [
        Entry(
            at=event.occurred_at,
            sentence=say_visit(visit)
            if (visit := visited.find(event))
            else noted.say(event.name, properties)
            if event.name in NOTED
            else earned.say(event.name, properties)
            if event.name in EARNED
            else say_event(event.name, properties),
            url=known.find_url(event, properties),
            source=event.source,
            is_quiet=event.name not in _LOUD or event.name == "identify",
        )
        for event, properties in shown
        if known.may_show(event, properties)
        and noted.may_show(event.name, properties)
        and not visited.is_hidden(event)
    ]
    return Timeline(entries=entries, next_cursor=next_place)


class _Known:
    """The orders and refunds that a page of events speaks of, as far as the reader may see them: two queries."""

    def __init__(self, shown: Sequence[tuple[StoredEvent, Properties]], stores: Stores) -> None:
        self.stores = stores
        self.orders = find_orders(_numbers(shown, "order_id"), stores=stores)
        self.refunds = find_refunds(_numbers(shown, "refund_id"), stores=stores)

    def may_show(self, event: StoredEvent, properties: Properties) -> bool:
        if self.stores is None or not any(properties.get(key) for key in _ORDER_KEYS):
            return True
        return bool(
            self.orders.get((event.source, str(properties.get("order_id") or "")))
            or self.refunds.get((event.source, str(properties.get("refund_id") or "")))
        )

    def find_url(self, event: StoredEvent, properties: Properties) -> str:
        order = self.orders.get((event.source, str(properties.get("order_id") or "")))
        if order is None:
            refund = self.refunds.get((event.source, str(properties.get("refund_id") or "")))
            order = refund.order if refund else None
        return order.get_absolute_url() if order else ""


def _numbers(shown: Sequence[tuple[StoredEvent, Properties]], key: str) -> Collection[tuple[str, str]]:
    return {(event.source, str(told[key])) for event, told in shown if told.get(key)}


def say_event(name: str, properties: Properties) -> SafeString:
    """The sentence of one event; numbers and names in it are isolated."""
    if say := _SENTENCES.get(name):
        return say(properties)
    if words := LABELS.get(name) or HOUSE.get(name) or TOLD.get(name):
        return format_html("{}", words)
    return format_html("<bdi>{}</bdi>", name)


def _say_order(properties: Properties) -> SafeString:
    pieces = _count_pieces(properties)
    # Translators: told of a customer, like "Bought 12 items for £34.20"
    sentence = ngettext(
        "Bought %(pieces)s item for %(amount)s", "Bought %(pieces)s items for %(amount)s", pieces
    )
    return _fill(sentence, pieces=format_number(pieces), amount=_sum_up(properties))


def _say_refund(properties: Properties) -> SafeString:
    return _fill(_("Got %(amount)s back"), amount=_sum_up(properties))


def _say_cancellation(properties: Properties) -> SafeString:
    return _fill(_("Cancelled order %(number)s"), number=properties.get("order_id", ""))


def _say_delivery(properties: Properties) -> SafeString:
    days_late = properties.get("days_late")
    number = properties.get("order_id", "")
    if isinstance(days_late, int) and days_late > 0:
        sentence = ngettext(
            "Order %(number)s arrived %(days)s day late",
            "Order %(number)s arrived %(days)s days late",
            days_late,
        )
        return _fill(sentence, number=number, days=format_number(days_late))
    return _fill(_("Order %(number)s arrived"), number=number)


def _say_shipment(properties: Properties) -> SafeString:
    return _fill(_("Order %(number)s was sent"), number=properties.get("order_id", ""))


def _say_traits(properties: Properties) -> SafeString:
    """Which details were told, never what they were: the page shows them to whoever may see them."""
    told = [str(label) for key, label in _trait_labels().items() if properties.get(key)]
    if not told:
        return format_html("{}", _("Became known"))
    return _fill(_("Details noted: %(details)s"), details=_(", ").join(told))


def _trait_labels() -> dict[str, str]:
    return {
        "customer_number": _("customer number"),
        "name": _("name"),
        "email": _("e-mail"),
        "phone": _("phone"),
        "language": _("language"),
        "country": _("country"),
        "city": _("city"),
        "birthday": _("birth date"),
        "attributes": _("own fields"),
    }


def _plainly(sentence: Callable[[], str]) -> Callable[[Properties], SafeString]:
    return lambda _properties: format_html("{}", sentence())


def _say_page(properties: Properties) -> SafeString:
    title = properties.get("title") or properties.get("name") or properties.get("path") or ""
    return _fill(_("Looked at %(page)s"), page=title) if title else format_html("{}", _("Looked at a page"))


def _say_product(properties: Properties) -> SafeString:
    product = properties.get("name") or properties.get("sku") or ""
    return _fill(_("Looked at %(page)s"), page=product)


def _say_segment(sentence: Callable[[], str], name: str) -> Callable[[Properties], SafeString]:
    """Ready-made segments have names of this house; what others are called is not ours to translate."""

    def say(properties: Properties) -> SafeString:
        segment = str(properties.get("name") or "")
        return _fill(sentence(), segment=name_heard(segment)) if segment else format_html("{}", TOLD[name])

    return say


_SENTENCES: dict[str, Callable[[Properties], SafeString]] = {
    "Order Completed": _say_order,
    "Order Refunded": _say_refund,
    "Order Cancelled": _say_cancellation,
    "Order Delivered": _say_delivery,
    "Order Shipped": _say_shipment,
    "identify": _say_traits,
    "page": _say_page,
    "Product Viewed": _say_product,
    "Segment Entered": _say_segment(lambda: _("Came into the segment %(segment)s"), "Segment Entered"),
    "Segment Exited": _say_segment(lambda: _("Left the segment %(segment)s"), "Segment Exited"),
    "Case Opened": _plainly(lambda: _("A case was opened")),
    "Case Closed": _plainly(lambda: _("A case was closed")),
    "Review Submitted": _plainly(lambda: _("Wrote a review")),
    "Review Published": _plainly(lambda: _("A review was published")),
    "Suggestion Done": _plainly(lambda: _("What was suggested is done")),
    "Cart Viewed": _plainly(lambda: _("Looked at the cart")),
    "Checkout Started": _plainly(lambda: _("Began to check out")),
}
_LOUD = {*_SENTENCES, *EARNED} - {"Segment Entered", "Segment Exited"}


def _fill(sentence: str, **values: Any) -> SafeString:
    """The sentence with its values isolated, so that a number or a Latin name doesn't turn an Arabic one
    around.
    """
    isolated = {name: format_html("<bdi>{}</bdi>", value) for name, value in values.items()}
    return format_html("{}", _mark(sentence, isolated))


def _mark(sentence: str, isolated: Mapping[str, SafeString]) -> SafeString:
    return format_html(
        sentence.replace("{", "{{").replace("}", "}}").replace("%(", "{").replace(")s", "}"), **isolated
    )


def _list_products(properties: Properties) -> list[Mapping[str, Any]]:
    products = properties.get("products")
    return [one for one in products if isinstance(one, dict)] if isinstance(products, list) else []


def _count_pieces(properties: Properties) -> int:
    """Whole pieces; what was weighed counts as one."""
    quantities = (_decimal(one.get("quantity")) for one in _list_products(properties))
    return sum(int(quantity) if quantity % 1 == 0 else 1 for quantity in quantities if quantity > 0)


def _sum_up(properties: Properties) -> str:
    """What counted lines were charged, or the amount that was told; as know.orders counts it."""
    currency = str(properties.get("currency") or "").upper()
    language = get_language() or ""
    if properties.get("amount"):
        return format_money(to_minor(_decimal(properties["amount"]), currency), currency, language)
    minor = 0
    for one in _list_products(properties):
        quantity, price = _decimal(one.get("quantity")), _decimal(one.get("price"))
        if quantity > 0 and price > 0:
            minor += to_minor(quantity * price - _decimal(one.get("discount")), currency)
    return format_money(minor, currency, language)


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
    # an event tells what it likes; beyond a trillion it is no order, and nothing is reckoned with it
    return number if number.is_finite() and abs(number) < 10**12 else Decimal(0)
