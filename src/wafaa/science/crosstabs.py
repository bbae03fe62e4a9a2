"""Do answers to two questions hang together? A table of counts, and the cells that stand out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from wafaa.science.differences import ALPHA, correct_many
from wafaa.science.distributions import find_chi_square_tail, find_normal_tail

# Below so many expected answers in a cell the chi-square approximation is poor (Cochran, Biometrics 10, 1954).
EXPECTED_MIN: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell: its count, its share of the row, what independence would expect, and how far off it is.

    `residual` is the adjusted one (Haberman, Biometrics 29, 1973), standard normal if the questions have nothing to do with each
    other; `p` is corrected for all cells of the table.
    """

    count: int
    share: float | None
    expected: float
    residual: float
    p: float
    is_small: bool

    @property
    def is_significant(self) -> bool:
        return self.p < ALPHA


@dataclass(frozen=True, kw_only=True)
class Crosstab:
    """`strength` is Cramér's V in 0..1; `is_small` says that a fifth of the cells expect too few answers."""

    cells: list[list[Cell]]
    n: int
    chi_square: float
    freedom: int
    p: float | None
    strength: float | None
    is_small: bool

    @property
    def is_significant(self) -> bool:
        return self.p is not None and self.p < ALPHA


def cross(table: Sequence[Sequence[int]]) -> Crosstab:
    """Judge a table of counts: rows are the groups, columns the answers."""
    if any(len(row) != len(table[0]) for row in table) or any(k < 0 for row in table for k in row):
        raise ValueError("a table needs rows of one length, no count below nothing")
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    n = sum(rows)
    raw = [[_judge_cell(k, rows[i], columns[j], n) for j, k in enumerate(row)] for i, row in enumerate(table)]
    flat = correct_many([2 * find_normal_tail(-abs(found[1])) for row in raw for found in row])
    p_values = iter(flat)
    cells = [
        [
            Cell(
                count=k,
                share=k / rows[i] if rows[i] else None,
                expected=raw[i][j][0],
                residual=raw[i][j][1],
                p=next(p_values),
                is_small=raw[i][j][0] < EXPECTED_MIN,
            )
            for j, k in enumerate(row)
        ]
        for i, row in enumerate(table)
    ]
    chi_square = sum((c.count - c.expected) ** 2 / c.expected for row in cells for c in row if c.expected)
    used_rows, used_columns = sum(1 for k in rows if k), sum(1 for k in columns if k)
    freedom = max(0, used_rows - 1) * max(0, used_columns - 1)
    shortest = min(used_rows, used_columns) - 1
    used = [c for row in cells for c in row if c.expected]
    return Crosstab(
        cells=cells,
        n=n,
        chi_square=chi_square,
        freedom=freedom,
        p=find_chi_square_tail(freedom, chi_square) if freedom else None,
        strength=sqrt(chi_square / (n * shortest)) if freedom else None,
        is_small=bool(used) and sum(c.is_small for c in used) > len(used) / 5,
    )


def _judge_cell(count: int, row: int, column: int, n: int) -> tuple[float, float]:
    """What independence expects, and the adjusted residual."""
    if not n:
        return 0.0, 0.0
    expected = row * column / n
    variance = expected * (1 - row / n) * (1 - column / n)
    return expected, (count - expected) / sqrt(variance) if variance > 0 else 0.0
