"""Satisfaction against loyalty: what people say, crossed with what they do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wafaa.science.differences import Difference, compare_shares
from wafaa.science.scores import Score, score_share

Said = Literal["satisfied", "neutral", "unhappy"]
Did = Literal["returned", "left"]
CellName = Literal["satisfied_who_return", "satisfied_who_leave", "unhappy_who_stay", "unhappy_who_leave"]

_PLACES: Final[dict[CellName, tuple[Said, Did]]] = {
    "satisfied_who_return": ("satisfied", "returned"),
    "satisfied_who_leave": ("satisfied", "left"),
    "unhappy_who_stay": ("unhappy", "returned"),
    "unhappy_who_leave": ("unhappy", "left"),
}


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """How many people, their share of those who said the same, and their share of everybody in the four cells."""

    name: CellName
    count: int
    of_row: Score
    of_all: Score


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The four named cells, the neutral beside them, and how much oftener the satisfied come back than the unhappy.

    `waiting` are those whose time to come back is not over: they are in no cell.
    """

    cells: dict[CellName, GridCell]
    neutral_who_return: Score
    difference: Difference
    n: int
    waiting: int


def make_grid(counts: Mapping[tuple[Said, Did], int], *, waiting: int = 0) -> Grid:
    """Cross what was said with what was done. People are counted once, by their last answer.

    The shares of a row have Wilson's intervals; the difference of the two rows' shares who return has Newcombe's.
    """
    rows: dict[Said, int] = {
        said: counts.get((said, "returned"), 0) + counts.get((said, "left"), 0)
        for said in ("satisfied", "neutral", "unhappy")
    }
    n = rows["satisfied"] + rows["unhappy"]
    cells: dict[CellName, GridCell] = {}
    for name, (said, did) in _PLACES.items():
        count = counts.get((said, did), 0)
        cells[name] = GridCell(
            name=name, count=count, of_row=score_share(count, rows[said]), of_all=score_share(count, n)
        )
    return Grid(
        cells=cells,
        neutral_who_return=score_share(counts.get(("neutral", "returned"), 0), rows["neutral"]),
        difference=compare_shares(
            (counts.get(("satisfied", "returned"), 0), rows["satisfied"]),
            (counts.get(("unhappy", "returned"), 0), rows["unhappy"]),
        ),
        n=n,
        waiting=waiting,
    )
