"""What moved between two periods, and whether chance alone could have moved it."""

import math
from dataclasses import dataclass
from typing import Literal

from wafaa.learn.measures.rules import Figure
from wafaa.science.intervals import Z_95

Direction = Literal["up", "down"] | None
Verdict = Literal["good", "bad", ""]

# What comes one by one, so that chance alone moves it by about its square root. Live customers are not among them: they
# are the same people, counted in full; money is not, because orders differ.
ARRIVALS = frozenset(
    {
        "orders",
        "customers",
        "new_customers",
        "returning_customers",
        "won_back_customers",
        "lapsed_customers",
        "visits",
        "visitors",
    }
)
# A plain sum has no margin; below this a move of orders or money is not worth a sentence.
NOTABLE_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class Change:
    """From one figure to another of the same measure.

    `difference` is in the figure's unit (rates: 0.021 is 2.1 points), `share` relative to the earlier value where that makes
    sense. `is_significant` is None where a figure has no margin, so that nothing can be said.
    """

    difference: float
    share: float | None
    is_significant: bool | None
    verdict: Verdict


def compare(now: Figure, before: Figure | None, direction: Direction) -> Change | None:
    """None where one of the two has no value."""
    if before is None or now.value is None or before.value is None:
        return None
    difference = float(now.value) - float(before.value)
    share = difference / abs(before.value) if before.value else None
    verdict: Verdict = ""
    if difference and direction:
        verdict = "good" if (difference > 0) == (direction == "up") else "bad"
    return Change(
        difference=difference, share=share, is_significant=is_significant(now, before), verdict=verdict
    )


def is_significant(now: Figure, before: Figure) -> bool | None:
    """Whether the 95 % interval of the difference excludes 0; None where there is no interval."""
    interval = find_difference(now, before)
    return None if interval is None else interval[0] > 0 or interval[1] < 0


def find_difference(now: Figure, before: Figure) -> tuple[float, float] | None:
    """The 95 % interval of the difference, put together from the two figures' own intervals.

    This is Newcombe's square-and-add; for Wilson intervals his hybrid score method (Statistics in Medicine 17, 1998). So
    both periods' chance counts, not only this one's. Numbers of people or orders that come one by one scatter like
    Poisson counts: the variance of their difference is their sum.
    """
    if now.value is None or before.value is None:
        return None
    if now.measure in ARRIVALS:
        difference, half = now.value - before.value, Z_95 * math.sqrt(now.value + before.value)
        return difference - half, difference + half
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    difference = now.value - before.value
    return (
        difference - math.hypot(now.value - now.low, before.high - before.value),
        difference + math.hypot(now.high - now.value, before.value - before.low),
    )


def is_notable(change: Change) -> bool:
    """Worth telling: significant, or a counted sum that moved by more than a trifle."""
    if change.is_significant is not None:
        return change.is_significant
    return change.share is not None and abs(change.share) >= NOTABLE_SHARE


def order_of_telling(change: Change) -> tuple[int, float]:
    """Sorts what is certain before what is merely counted, larger moves first."""
    return (0 if change.is_significant else 1, -abs(change.share or 0.0))
