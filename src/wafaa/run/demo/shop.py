"""The demo shop as its systems would tell it: people, baskets, deliveries, refunds, made from the truth."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import isnan
from zoneinfo import ZoneInfo

import numpy as np

from wafaa.run.demo.catalogue import BRANCHES, DRINKS, PRODUCTS, Product
from wafaa.run.demo.people import Person, draw_people
from wafaa.run.demo.process import CHANNELS, STORE, Truth

ZONE = ZoneInfo("Asia/Riyadh")
CURRENCY = "SAR"
FREE_SHIPPING_FROM_MINOR = 15_000
SHIPPING_MINOR = 1_900
# Sale days: a tenth off every line for half of the orders
SALE_SEASONS = {"white_friday", "national_day"}
LINES_MAX = 12


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    quantity: int
    discount_minor: int

    @property
    def amount_minor(self) -> int:
        return self.product.price_minor * self.quantity - self.discount_minor


@dataclass(frozen=True, slots=True)
class Refund:
    number: str
    at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Order:
    number: str
    person: Person | None
    at: datetime
    channel: str
    branch: str
    lines: tuple[Line, ...]
    shipping_minor: int
    promised_at: datetime | None
    delivered_at: datetime | None  # None in a branch, and while the parcel is on its way
    refund: Refund | None

    @property
    def gross_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True)
class Shop:
    """`orders` of known customers stand first, in the order of the truth's purchases; walk-ins follow."""

    truth: Truth
    people: list[Person]
    orders: list[Order]


def open_shop(truth: Truth) -> Shop:
    """Gives the truth its people, baskets and refunds; the same for the same truth."""
    seeds = np.random.SeedSequence([truth.parameters.seed, 1]).spawn(3)
    chances = [np.random.default_rng(seed) for seed in seeds]
    end = truth.calendar.first + timedelta(days=truth.calendar.days)
    people = draw_people(far=truth.population.far, end=end, chance=chances[0])
    orders = [*_known_orders(truth, people, chances[1]), *_walk_in_orders(truth, chances[2])]
    return Shop(truth, people, orders)


def _known_orders(truth: Truth, people: list[Person], chance: np.random.Generator) -> Iterator[Order]:
    midnight, end = _bounds(truth)
    made = truth.purchases
    columns = (
        made.customer,
        made.hour,
        made.channel,
        made.branch,
        made.spend_minor,
        made.promised_days,
        made.delay_days,
        made.satisfaction,
    )
    uniforms = chance.random((len(made.customer), 2 * LINES_MAX + 5)).tolist()
    rows = zip(*(column.tolist() for column in columns), uniforms, strict=True)
    for index, (customer, hour, channel, branch, spend, promised, delay, satisfaction, u) in enumerate(rows):
        at = midnight + timedelta(hours=hour)
        lines = _fill_basket(truth, hour, spend, channel == STORE, u)
        total = sum(line.amount_minor for line in lines)
        arrives = at + timedelta(days=max(promised + delay, 0.15)) if not isnan(delay) else None
        yield Order(
            number=f"W-{100_001 + index}",
            person=people[customer],
            at=_whole_seconds(at),
            channel=CHANNELS[channel],
            branch=BRANCHES[branch].code if branch >= 0 else "",
            lines=lines,
            shipping_minor=0 if channel == STORE or total >= FREE_SHIPPING_FROM_MINOR else SHIPPING_MINOR,
            promised_at=_whole_seconds(at + timedelta(days=promised)) if arrives else None,
            delivered_at=_whole_seconds(arrives) if arrives and arrives < end else None,
            refund=_draw_refund(
                number=f"R-{100_001 + index}",
                received_at=arrives or at,
                end=end,
                lines=lines,
                satisfaction=satisfaction,
                u=u,
            ),
        )


def _walk_in_orders(truth: Truth, chance: np.random.Generator) -> Iterator[Order]:
    """People who buy in a branch and give no name."""
    midnight, _end = _bounds(truth)
    uniforms = chance.random((len(truth.walk_in_hours), 2 * LINES_MAX + 5)).tolist()
    for index, (hour, u) in enumerate(zip(truth.walk_in_hours.tolist(), uniforms, strict=True)):
        branches = [branch for branch in BRANCHES if hour >= branch.opened_day * 24]
        yield Order(
            number=f"P-{500_001 + index}",
            person=None,
            at=_whole_seconds(midnight + timedelta(hours=hour)),
            channel=CHANNELS[STORE],
            branch=branches[int(u[-1] * len(branches))].code,
            lines=_fill_basket(truth, hour, 2_000 + 9_000 * u[-2] ** 2, True, u),
            shipping_minor=0,
            promised_at=None,
            delivered_at=None,
            refund=None,
        )


def _bounds(truth: Truth) -> tuple[datetime, datetime]:
    first = truth.calendar.first
    midnight = datetime(first.year, first.month, first.day, tzinfo=ZONE).astimezone(UTC)
    return midnight, midnight + timedelta(days=truth.calendar.days)


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


_PRICES = [product.price_minor for product in PRODUCTS]
# Running totals of the picking weights along the price list. Drinks and cakes are not delivered.
_PICKS = {
    (in_branch, festive): list(
        accumulate(
            product.weight
            * (product.festive if festive else 1)
            * (1 if in_branch or product.category != DRINKS else 1e-9)
            for product in PRODUCTS
        )
    )
    for in_branch in (True, False)
    for festive in (True, False)
}


def _fill_basket(
    truth: Truth, hour: float, spend_minor: float, in_branch: bool, u: list[float]
) -> tuple[Line, ...]:
    """Products whose sum is, on average, what the customer meant to spend.

    Each pick is among the products that still fit; what is left below the cheapest price is spent on that
    product with the probability that keeps the mean.
    """
    day = min(int(hour // 24), truth.calendar.days - 1)
    running = _PICKS[in_branch, bool(truth.calendar.festive[day])]
    on_sale = truth.calendar.season[day] in SALE_SEASONS and u[-3] < 0.5
    left = spend_minor / 0.9 if on_sale else spend_minor
    cheapest = _PRICES[0] if in_branch else _CHEAPEST_DELIVERED
    counts: dict[int, int] = {}
    for pick in range(LINES_MAX):
        fitting = bisect_right(_PRICES, left)
        if left < cheapest:
            break
        # A large sum is not spent on glasses of water: at least a twelfth of what is left goes into one line
        low = running[bisect_left(_PRICES, left / LINES_MAX) - 1] if left > LINES_MAX * cheapest else 0.0
        index = bisect_left(running, low + u[2 * pick] * (running[fitting - 1] - low), 0, fitting - 1)
        quantity = (
            1
            if u[2 * pick + 1] < 0.8
            else min(int(left // _PRICES[index]), 2 + int(u[2 * pick + 1] * 100) % 2)
        )
        counts[index] = counts.get(index, 0) + quantity
        left -= quantity * _PRICES[index]
    if not counts or u[-4] * cheapest < left:
        last = bisect_left(_PRICES, cheapest)
        counts[last] = counts.get(last, 0) + 1
    return tuple(
        Line(PRODUCTS[index], quantity, round(_PRICES[index] * quantity * 0.1) if on_sale else 0)
        for index, quantity in counts.items()
    )


_CHEAPEST_DELIVERED = min(product.price_minor for product in PRODUCTS if product.category != DRINKS)


def _draw_refund(
    *,
    number: str,
    received_at: datetime,
    end: datetime,
    lines: tuple[Line, ...],
    satisfaction: int,
    u: list[float],
) -> Refund | None:
    """The dissatisfied give back more often; half the refunds are for one line, half for the whole order."""
    if u[-5] >= (0.10 if satisfaction <= 2 else 0.045 if satisfaction == 3 else 0.012):
        return None
    at = received_at + timedelta(days=1 + 11 * u[-2])
    given_back = lines if u[-1] < 0.5 else lines[:1]
    return Refund(number, _whole_seconds(at), given_back) if at < end else None
