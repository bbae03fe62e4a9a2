"""How much of a bill points may pay: whole steps, as far as both the member's points and the bill reach. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from wafaa.decide.rewards.rules.judging import Worth


class Bound(StrEnum):
    """What more than that fails by."""

    POINTS = "points"  # the member has no whole step more
    BILL = "bill"  # one step more would be above the bill
    WHOLE = "whole"  # nothing of the bill is left


@dataclass(frozen=True, kw_only=True)
class Part:
    """What so many points pay."""

    points: int
    minor: int


@dataclass(frozen=True, kw_only=True)
class Most:
    part: Part
    bound: Bound


def reckon_most(*, step: int, available: int, worth: Worth, bill_minor: int) -> Most:
    """0 points where not even one step goes."""
    by_points = max(available, 0) // step
    # the most points whose value, rounded down, is no more than the bill
    by_bill = ((bill_minor + 1) * worth.points - 1) // worth.minor // step
    points = min(by_points, by_bill) * step
    part = Part(points=points, minor=worth.value(points))
    if part.minor == bill_minor:
        return Most(part=part, bound=Bound.WHOLE)
    return Most(part=part, bound=Bound.POINTS if by_points < by_bill else Bound.BILL)


def list_parts(*, step: int, most: int, worth: Worth, at_most: int) -> list[Part]:
    """What one may choose from, the least first: every step up to `most` points, or so many of them, evenly spread."""
    steps = most // step
    counts = range(1, steps + 1) if steps <= at_most else _spread(steps, at_most)
    parts = [Part(points=count * step, minor=worth.value(count * step)) for count in counts]
    return [one for one in parts if one.minor]


def _spread(steps: int, at_most: int) -> list[int]:
    return sorted({max(1, steps * place // at_most) for place in range(1, at_most + 1)})
