"""Recency, frequency and monetary scores from 1 to 5, and the named groups of customers that they make."""

from collections.abc import Sequence
from typing import Final

# The 25 cells of recency score (row, 5 bought last) by frequency-monetary score 1 to 5 (column). Every cell has one group.
_GRID: Final[dict[int, tuple[str, str, str, str, str]]] = {
    5: ("new", "potential_loyalists", "potential_loyalists", "champions", "champions"),
    4: ("promising", "potential_loyalists", "potential_loyalists", "loyal", "champions"),
    3: ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("lost", "lost", "at_risk", "cannot_lose", "cannot_lose"),
}

# From the best to the lost: the order in which they are shown.
GROUPS: Final[tuple[str, ...]] = (
    "champions",
    "loyal",
    "potential_loyalists",
    "new",
    "promising",
    "need_attention",
    "about_to_sleep",
    "cannot_lose",
    "at_risk",
    "hibernating",
    "lost",
)


def score(value: int, bounds: Sequence[int]) -> int:
    """1 plus the number of bounds that the value exceeds: a value on a bound belongs to the class below."""
    return 1 + sum(value > bound for bound in bounds)


def score_reversed(value: int, bounds: Sequence[int]) -> int:
    """Fewer is better: the class up to the first bound scores highest."""
    return len(bounds) + 1 - sum(value > bound for bound in bounds)


def merge_scores(frequency: int, monetary: int) -> int:
    """The frequency-monetary score: the mean of both, halves upwards."""
    return (frequency + monetary + 1) // 2


def find_group(recency: int, frequency: int, monetary: int) -> str:
    """The named group of three scores from 1 to 5."""
    return _GRID[recency][merge_scores(frequency, monetary) - 1]


def list_cells(group: str) -> list[tuple[int, int]]:
    """The (recency score, frequency-monetary score) cells of a group."""
    return [
        (recency, column)
        for recency, row in sorted(_GRID.items())
        for column, name in enumerate(row, start=1)
        if name == group
    ]
