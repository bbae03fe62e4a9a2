"""One customer in figures: what their orders add up to, their own rhythm, and where they stand among all."""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wafaa.learn.measures.rules import CustomerRfm

# From here on a gap is long by the customer's own measure: worth a word before they are gone.
LATE_FACTOR = 2


@dataclass(frozen=True, kw_only=True)
class CustomerFigures:
    """Money in minor units of the reporting currency; days are the business's. `rfm` is None where nobody has counted yet."""

    orders: int
    gross_minor: int
    refunded_minor: int
    first_day: date | None
    last_day: date | None
    days_since_last: int | None
    usual_gap_days: float | None
    shop_gap_days: float | None
    rfm: CustomerRfm | None

    @property
    def average_minor(self) -> int | None:
        return round(self.gross_minor / self.orders) if self.orders else None

    @property
    def is_late(self) -> bool:
        """Longer away than twice their own usual gap (the shop's, where they have none)."""
        gap = self.usual_gap_days or self.shop_gap_days
        return bool(gap and self.days_since_last is not None and self.days_since_last > LATE_FACTOR * gap)


def find_usual_gap(days: Sequence[date]) -> float | None:
    """The median number of days between orders that follow each other; None below two orders."""
    ordered = sorted(days)
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(ordered)]
    return float(statistics.median(gaps)) if gaps else None
