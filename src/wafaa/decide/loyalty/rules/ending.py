"""When owners are told that something ends, and what ends because nothing happens. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Protocol

WARNS: Final = (30, 7, 1)
WARNS_MAX: Final = 5
WARN_DAYS_MAX: Final = 365
IDLE_MONTHS_MAX: Final = 120
BACK_DAYS: Final = 30
BACK_DAYS_MAX: Final = 366
# A day on which nobody looked is made up for.
CATCH_UP: Final = 2
# By this the cause of an award says that its lot lives as long as its owner does something.
IDLE: Final = "idle"


class Ends(Protocol):
    """The part of a programme's content that speaks of ends."""

    @property
    def warns(self) -> tuple[int, ...]: ...
    @property
    def idle_months(self) -> int: ...
    @property
    def back_days(self) -> int: ...


def find_wrong_ends(told: Ends) -> Iterator[str]:
    """The fields that say something that cannot be."""
    days = told.warns
    if (
        len(days) > WARNS_MAX
        or len(set(days)) < len(days)
        or not all(1 <= one <= WARN_DAYS_MAX for one in days)
    ):
        yield "warns"
    if not 0 <= told.idle_months <= IDLE_MONTHS_MAX:
        yield "idle_months"
    if not 0 <= told.back_days <= BACK_DAYS_MAX:
        yield "back_days"


def list_steps(warns: Sequence[int], today: date) -> list[tuple[int, date]]:
    """(Step, last day of what ends): whom to tell today. A step that was missed is told up to two days later, unless the next
    one is due by then; each day belongs to one step.
    """
    steps = sorted(set(warns), reverse=True)
    found = []
    for place, step in enumerate(steps):
        after = steps[place + 1] if place + 1 < len(steps) else -1
        found += [
            (step, today + timedelta(days=step - late)) for late in range(CATCH_UP + 1) if step - late > after
        ]
    return found
