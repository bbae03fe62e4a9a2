"""Points that were spent before they are taken back, as money that is kept back from an order's refunds. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from wafaa.decide.loyalty.rules.content import Worth


@dataclass(frozen=True, kw_only=True)
class Charge:
    """So many points of a unit, and what they are worth."""

    unit: str
    points: int
    minor: int
    currency: str


@dataclass(kw_only=True)
class Kept:
    """What is kept back from an order's refunds: no more than is given anew; and for each occasion one rounding for all of them,
    so that many small refunds keep what one would.
    """

    free_minor: int  # of the order's money
    points: Counter[tuple[int, Worth]] = field(default_factory=Counter)  # so far, by occasion

    def count_payable(self, occasion_id: int, worth: Worth, points: int) -> int:
        """Of so many points more."""
        before = self.points[occasion_id, worth]
        room = (_reckon(worth, before) + self.free_minor) * worth.points // worth.minor - before
        return min(points, room)

    def keep(self, occasion_id: int, worth: Worth, points: int, unit: str) -> Charge:
        """No more points than can be paid."""
        before = self.points[occasion_id, worth]
        self.points[occasion_id, worth] += points
        minor = _reckon(worth, before + points) - _reckon(worth, before)
        self.free_minor -= minor
        return Charge(unit=unit, points=points, minor=minor, currency=worth.currency)


def reckon_charge(worth: Worth, points: int, unit: str) -> Charge:
    return Charge(unit=unit, points=points, minor=_reckon(worth, points), currency=worth.currency)


def _reckon(worth: Worth, points: int) -> int:
    """Whole minor units, rounded up."""
    return -(-points * worth.minor // worth.points)


def add_charges(charges: Iterable[Charge]) -> list[Charge]:
    """One for each unit and currency; none where there is nothing to keep back."""
    points, minor = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in charges:
        points[one.unit, one.currency] += one.points
        minor[one.unit, one.currency] += one.minor
    return [
        Charge(unit=unit, points=points[unit, currency], minor=minor[unit, currency], currency=currency)
        for unit, currency in sorted(points)
        if points[unit, currency]
    ]


def sum_charges(charges: Iterable[Charge]) -> dict[str, int]:
    """By currency, in minor units."""
    sums = Counter[str]()
    for one in charges:
        sums[one.currency] += one.minor
    return dict(sums)
