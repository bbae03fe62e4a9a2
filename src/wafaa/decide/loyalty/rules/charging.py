"""Points that were spent before they are taken back, as money that is kept back from a refund. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wafaa.decide.loyalty.rules.content import Worth


@dataclass(frozen=True, kw_only=True)
class Charge:
    """So many points, and what they are worth."""

    points: int
    minor: int
    currency: str


def make_charge(worth: Worth, points: int) -> Charge:
    """Whole minor units, rounded up: many small refunds keep no more points than one."""
    return Charge(points=points, minor=-(-points * worth.minor // worth.points), currency=worth.currency)


def add_charges(charges: Iterable[Charge]) -> list[Charge]:
    """One for each currency; none where there is nothing to keep back."""
    points, minor = Counter[str](), Counter[str]()
    for one in charges:
        points[one.currency] += one.points
        minor[one.currency] += one.minor
    return [
        Charge(points=points[currency], minor=minor[currency], currency=currency)
        for currency in sorted(minor)
        if minor[currency]
    ]
