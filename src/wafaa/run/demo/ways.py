"""What the demo shop's site, app and help desk would tell: visits of the last weeks, parcels, returns, conversations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from wafaa.run.demo.catalogue import PRODUCTS
from wafaa.run.demo.shop import Order, Shop

# A newcomer sees a quarter; more would only make the first start longer.
DAYS = 90
# Of the online orders, those whose visit the site was allowed to tell of.
TOLD_SHARE = 0.45
# Visits that bought nothing, for each that did.
BROWSING_PER_ORDER = 1.7
UNKNOWN_SHARE = 0.45
# Of the parcels: who writes to the help desk, when it came in time and when it came late.
ASKS_IN_TIME, ASKS_LATE = 0.02, 0.2
REASONS = ("changed mind", "damaged", "too small", "not as described")
CAME_FROM = ("", "", "https://www.google.com/", "https://www.instagram.com/", "https://x.com/")


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the shop. `key` names it within the shop, so that telling it again is told once."""

    at: datetime
    key: str
    type: str
    name: str
    distinct_id: str
    properties: dict[str, Any]
    context: dict[str, Any] = field(default_factory=dict)


def tell_ways(shop: Shop) -> Iterator[Told]:
    """The same for the same shop."""
    seeds = np.random.SeedSequence([shop.truth.parameters.seed, 2]).spawn(3)
    chances = [np.random.default_rng(seed) for seed in seeds]
    last = max(order.at for order in shop.orders)
    since = last - timedelta(days=DAYS)
    lately = [order for order in shop.orders if order.promised_at and order.person and order.at >= since]
    bought = [order for order in lately if chances[0].random() < TOLD_SHARE]
    for order in bought:
        yield from _tell_purchase(order, chances[0])
    browsers = [order.person.number for order in lately if order.person]
    for number in range(round(len(bought) * BROWSING_PER_ORDER)):
        yield from _tell_browsing(number, browsers, since, last, chances[1])
    for order in shop.orders:
        yield from _tell_help(order, since, last, chances[2])


def _tell_purchase(order: Order, chance: np.random.Generator) -> Iterator[Told]:
    """From the first page to the checkout, some minutes before the order."""
    assert order.person is not None
    at = order.at - timedelta(seconds=int(chance.uniform(240, 1_500)))
    came_from = CAME_FROM[int(chance.integers(len(CAME_FROM)))]
    way = _Way(f"visit:{order.number}", order.person.number, at, order.channel == "app", came_from)
    yield way.view("/", 0)
    product = order.lines[0].product
    for look in range(int(chance.integers(0, 3))):
        yield way.view(f"/products/{PRODUCTS[int(chance.integers(len(PRODUCTS)))].sku}", 20 + 30 * look)
    yield way.view(f"/products/{product.sku}", 120)
    yield way.do("Product Viewed", 121, sku=product.sku, name=product.name)
    yield way.do("Product Added", 150, sku=product.sku, name=product.name)
    yield way.do("Checkout Started", 200)


def _tell_browsing(
    number: int, browsers: list[str], since: datetime, last: datetime, chance: np.random.Generator
) -> Iterator[Told]:
    """A visit that ends somewhere on the way."""
    u = chance.random(6)
    who = f"anonymous:v{int(u[0] * 700)}" if u[1] < UNKNOWN_SHARE else browsers[int(u[0] * len(browsers))]
    at = since + (last - since) * float(u[2])
    way = _Way(f"browse:{number}", who, at.replace(microsecond=0), u[3] < 0.35, CAME_FROM[int(u[3] * 5)])
    product = PRODUCTS[int(u[4] * len(PRODUCTS))]
    yield way.view("/", 0)
    if u[5] < 0.62:
        yield way.view(f"/products/{product.sku}", 25)
        yield way.do("Product Viewed", 26, sku=product.sku, name=product.name)
    if u[5] < 0.45:
        yield way.do("Product Added", 60, sku=product.sku, name=product.name)
    if u[5] < 0.34:
        yield way.view("/cart", 90)
        yield way.do("Checkout Started", 100)


def _tell_help(order: Order, since: datetime, last: datetime, chance: np.random.Generator) -> Iterator[Told]:
    """Parcels and conversations of the last weeks, and the request before each refund."""
    u = chance.random(5)
    if order.person is None:
        return
    who = order.person.number
    if order.refund:
        received = order.delivered_at or order.at
        asked = received + (order.refund.at - received) * (0.1 + 0.6 * float(u[0]))
        reason = REASONS[min(3, int(u[1] * 4.4))]
        yield _step("Return Requested", asked, who, order.number, order_id=order.number, reason=reason)
    if order.promised_at is None or order.at < since:
        return
    yield _step("Order Paid", order.at + timedelta(minutes=1), who, order.number, order_id=order.number)
    is_late = order.delivered_at is not None and order.delivered_at > order.promised_at
    begun = (order.delivered_at or order.promised_at) + timedelta(hours=1 + 20 * float(u[2]))
    if u[3] < (ASKS_LATE if is_late else ASKS_IN_TIME) and begun < last:
        told = {"conversation_id": f"H-{order.number}", "channel": "chat"}
        yield _step("Support Conversation Started", begun, who, order.number, **told)
        reply = begun + timedelta(minutes=4 + 240 * float(u[4]) ** 3)
        if u[4] < 0.95 and reply < last:
            yield _step("Support Reply Sent", reply, who, order.number, **told)
            yield _step(
                "Support Conversation Ended", reply + timedelta(minutes=20), who, order.number, **told
            )


def _step(name: str, at: datetime, who: str, number: str, **properties: Any) -> Told:
    key = f"{name.lower().replace(' ', '-')}:{number}"
    return Told(at.replace(microsecond=0), key, "track", name, who, properties)


@dataclass(frozen=True, slots=True)
class _Way:
    """One visit from its first page on; `after` counts seconds from there."""

    key: str
    who: str
    at: datetime
    is_app: bool
    came_from: str

    def view(self, path: str, after: int) -> Told:
        kind = "screen" if self.is_app else "page"
        return self._tell(kind, kind, after, path, {"path": path})

    def do(self, event: str, after: int, **properties: Any) -> Told:
        return self._tell("track", event, after, event, properties)

    def _tell(self, kind: str, name: str, after: int, last: str, properties: dict[str, Any]) -> Told:
        at = self.at + timedelta(seconds=after)
        context: dict[str, Any] = {"app": {"name": "Najd"}}
        if not self.is_app:
            context = {"page": {"referrer": self.came_from} if self.came_from and not after else {}}
        return Told(at, f"{self.key}:{after}:{last}", kind, name, self.who, properties, context)
