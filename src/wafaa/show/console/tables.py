"""One measure by groups or over time, as rows to show, to sort and to export."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wafaa.learn.measures.rules import Figure, Series, Summary
from wafaa.show.console.changes import Change, Direction, compare


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """`group` is what the measures call it, `label` what people do; `start` is set for rows of time."""

    group: str
    label: str
    figure: Figure
    previous: Figure | None = None
    year_before: Figure | None = None
    change: Change | None = None
    start: date | None = None


def list_groups(summary: Summary, key: str, direction: Direction) -> list[TableRow]:
    """The rows of a breakdown, in the order of the measures (largest gross first)."""
    return [
        TableRow(
            group=row.group,
            label=row.label,
            figure=row.figures[key],
            previous=row.previous.get(key),
            year_before=row.year_before.get(key),
            change=compare(row.figures[key], row.previous.get(key), direction),
        )
        for row in summary.rows
        if key in row.figures
    ]


def list_times(series: Series, key: str, direction: Direction) -> list[TableRow]:
    """A row per day, week or month, newest first, each against the one before it."""
    rows = []
    before: Figure | None = None
    for point in series.points:
        if key not in point.figures:
            continue
        figure = point.figures[key]
        start = point.period.start
        rows.append(
            TableRow(
                group=start.isoformat(),
                label=start.isoformat(),
                figure=figure,
                previous=before,
                change=compare(figure, before, direction),
                start=start,
            )
        )
        before = figure
    return rows[::-1]


def sort_rows(rows: Sequence[TableRow], order: str) -> list[TableRow]:
    """Sorted by `order` (`-` for descending); rows without a value stand last both ways; an unknown order changes nothing."""
    key = order.removeprefix("-")
    if key == "label":
        return sorted(rows, key=lambda row: row.label, reverse=order.startswith("-"))
    if key not in {"value", "n", "previous", "year_before"}:
        return list(rows)
    known = [row for row in rows if _number(row, key) is not None]
    unknown = [row for row in rows if _number(row, key) is None]
    return sorted(known, key=lambda row: _number(row, key) or 0, reverse=order.startswith("-")) + unknown


def _number(row: TableRow, key: str) -> float | None:
    if key == "n":
        return row.figure.n
    figure = {"value": row.figure, "previous": row.previous, "year_before": row.year_before}[key]
    return figure.value if figure else None


def has_several(rows: Iterable[TableRow]) -> bool:
    """Whether the breakdown tells apart at all."""
    return len([row for row in rows if row.figure.value is not None]) > 1
