"""Figures as cells of a file."""

from wafaa.kit.money import decimals_of, from_minor
from wafaa.kit.tables import Cell
from wafaa.learn.measures.rules import Figure
from wafaa.show.console.tables import TableRow

EXPORT_HEAD = ("group", "value", "low", "high", "n", "numerator", "denominator", "previous", "year_before")


def list_cells(row: TableRow, currency: str) -> list[Cell]:
    """The columns of EXPORT_HEAD; money in major units, rates between 0 and 1."""
    return [
        row.label,
        *_figure_cells(row.figure, currency),
        _plain(row.previous, currency),
        _plain(row.year_before, currency),
    ]


def _figure_cells(figure: Figure, currency: str) -> list[Cell]:
    return [
        _scaled(figure.value, figure, currency),
        _scaled(figure.low, figure, currency),
        _scaled(figure.high, figure, currency),
        figure.n,
        figure.numerator,
        figure.denominator,
    ]


def _plain(figure: Figure | None, currency: str) -> Cell:
    return _scaled(figure.value, figure, currency) if figure else None


def _scaled(value: float | None, figure: Figure, currency: str) -> Cell:
    """A sum of money is exact; a mean of it keeps its fractions of the minor unit."""
    if value is None or figure.unit != "money":
        return value
    return from_minor(value, currency) if isinstance(value, int) else value / 10 ** decimals_of(currency)
