"""What a programme's measures are: exact sums, and what is reckoned from them. Pure.

The formulas are those of the words beside each figure (showing.DEFINITIONS); points are in the unit's smallest part, money in
minor units of the reporting currency.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from wafaa.act.points.rules import Kind
from wafaa.decide.loyalty.rules.content import Worth
from wafaa.science.intervals import Interval, mean_interval, wilson_interval

Shape = Literal["rate", "points", "money", "mean", "price"]
# As sql/measure_ledger.sql and sql/measure_lots.sql tell them.
TAKEN_BY_HAND: Final = -int(Kind.ADJUST)
REINSTATED: Final = -int(Kind.RESTORE)
GRANTED: Final = -1
OPEN: Final = 0
# What is shown side by side: members and others, which is association and no proof.
COMPARED: Final = ("sales_members", "sales_others", "orders_members", "orders_others")


@dataclass(frozen=True, kw_only=True)
class Orders:
    """A row of sql/measure_orders.sql: `our` are orders of customers who were members when they placed them."""

    buyers: int = 0
    our_buyers: int = 0
    other_buyers: int = 0
    our_orders: int = 0
    our_orders_squared: int = 0
    other_orders: int = 0
    other_orders_squared: int = 0
    our_minor: int = 0
    other_minor: int = 0
    our_spent: int = 0
    our_spent_squared: int = 0
    other_spent: int = 0
    other_spent_squared: int = 0
    foreign_orders: int = 0


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Everything that figures are made of. `moves` and `rows` by kind, of the period; `months` by first day and kind, a year back
    at least; `lots` is what became of what was awarded in the period.
    """

    start: date
    end: date  # the first day that does not count
    customers: int
    members: int
    active: int
    moves: Mapping[int, int]
    rows: Mapping[int, int]
    months: Mapping[date, Mapping[int, int]]
    lots: Mapping[int, int]
    orders: Orders
    worth: Worth | None
    currency: str
    decimals: int  # of the currency
    counted_at: datetime
    took_ms: float

    @property
    def earned(self) -> int:
        return self.moves.get(Kind.AWARD, 0)

    @property
    def reversed(self) -> int:
        return self.moves.get(Kind.REVERSE, 0)

    @property
    def burned(self) -> int:
        return count_burned(self.moves)

    @property
    def expired(self) -> int:
        return count_expired(self.moves)

    @property
    def adjusted(self) -> int:
        return self.moves.get(Kind.ADJUST, 0) - self.moves.get(TAKEN_BY_HAND, 0)

    @property
    def granted(self) -> int:
        """Of the period's awards what was neither taken back nor put right, paid for a debt or given to somebody else."""
        corrections = (Kind.REVERSE, Kind.ADJUST, Kind.SETTLE, Kind.MOVE)
        return self.lots.get(GRANTED, 0) - sum(self.lots.get(one, 0) for one in corrections)

    @property
    def lots_spent(self) -> int:
        return self.lots.get(Kind.SPEND, 0) + self.lots.get(Kind.HOLD, 0)

    @property
    def ledger_rows(self) -> int:
        return sum(self.rows.values())


def count_earned(moves: Mapping[int, int]) -> int:
    """Awarded, less what was taken back."""
    return moves.get(Kind.AWARD, 0) - moves.get(Kind.REVERSE, 0)


def count_burned(moves: Mapping[int, int]) -> int:
    """Spent, less what was put back."""
    return moves.get(Kind.SPEND, 0) + moves.get(Kind.CAPTURE, 0) - moves.get(Kind.RESTORE, 0)


def count_expired(moves: Mapping[int, int]) -> int:
    """Ended, less what was put back afterwards."""
    return moves.get(Kind.EXPIRE, 0) - moves.get(REINSTATED, 0)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`value` is None where there is nothing to divide by, or no worth is said. Of a rate `part` and `whole` are its sums."""

    key: str
    shape: Shape
    value: float | int | None
    part: int | None = None
    whole: int | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Figures that are read together."""

    key: str
    figures: list[Figure] = field(default_factory=list)


def find_worth(points: int, worth: Worth | None) -> int | None:
    """In minor units, rounded half up; None where nobody said what a point is worth."""
    if worth is None:
        return None
    return (2 * points * worth.minor + worth.points) // (2 * worth.points)


def make_figures(sums: Sums) -> list[Group]:
    return [
        Group(key="members", figures=list(_list_members(sums))),
        Group(key="points", figures=list(_list_points(sums))),
        Group(key="lots", figures=list(_list_lots(sums))),
        Group(key="costs", figures=list(_list_costs(sums))),
        Group(key="compared", figures=list(_list_compared(sums.orders))),
    ]


def _list_members(sums: Sums) -> Iterator[Figure]:
    yield _rate("participation", sums.members, sums.customers)
    yield _rate("participation_buyers", sums.orders.our_buyers, sums.orders.buyers)
    yield _rate("active", sums.active, sums.members)


def _list_points(sums: Sums) -> Iterator[Figure]:
    for key, points in (
        ("earned", sums.earned),
        ("reversed", sums.reversed),
        ("burned", sums.burned),
        ("expired", sums.expired),
        ("adjusted", sums.adjusted),
    ):
        yield Figure(key=key, shape="points", value=points)
    net, minor = sums.earned - sums.reversed, sums.orders.our_minor
    price = net * 10**sums.decimals / minor if minor > 0 else None
    yield Figure(key="earn_rate", shape="price", value=price, part=net, whole=minor)
    yield _share("burn_rate", sums.burned, net)


def _list_lots(sums: Sums) -> Iterator[Figure]:
    yield _share("redemption", sums.lots_spent, sums.granted)
    yield _share("breakage", sums.lots.get(Kind.EXPIRE, 0), sums.granted)
    yield _share("open", sums.lots.get(OPEN, 0), sums.granted)


def _list_costs(sums: Sums) -> Iterator[Figure]:
    worth = sums.worth if sums.worth and sums.worth.currency == sums.currency else None
    costs = {
        "reward_cost": find_worth(sums.burned, worth),
        "programme_cost": find_worth(sums.earned - sums.reversed - sums.expired, worth),
    }
    for key, cost in costs.items():
        yield Figure(key=key, shape="money", value=cost)
        yield (
            _share(f"{key}_share", cost, sums.orders.our_minor)
            if cost is not None
            else Figure(key=f"{key}_share", shape="rate", value=None)
        )


def _list_compared(orders: Orders) -> Iterator[Figure]:
    sides = (
        ("sales_members", "money", orders.our_buyers, orders.our_spent, orders.our_spent_squared),
        ("sales_others", "money", orders.other_buyers, orders.other_spent, orders.other_spent_squared),
        ("orders_members", "mean", orders.our_buyers, orders.our_orders, orders.our_orders_squared),
        ("orders_others", "mean", orders.other_buyers, orders.other_orders, orders.other_orders_squared),
    )
    shapes: dict[str, Shape] = {"money": "money", "mean": "mean"}
    for key, shape, n, total, squares in sides:
        yield _read(key, shapes[shape], mean_interval(n, total, squares), part=total, whole=n, n=n)


def _rate(key: str, part: int, whole: int) -> Figure:
    """Of people, with Wilson's interval."""
    return _read(key, "rate", wilson_interval(part, whole), part=part, whole=whole, n=whole)


def _share(key: str, part: int, whole: int) -> Figure:
    """Of points or money: these are all there are, so that they have no margin."""
    return Figure(key=key, shape="rate", value=part / whole if whole > 0 else None, part=part, whole=whole)


def _read(key: str, shape: Shape, found: Interval, *, part: int, whole: int, n: int) -> Figure:
    return Figure(
        key=key, shape=shape, value=found.value, part=part, whole=whole, low=found.low, high=found.high, n=n
    )
