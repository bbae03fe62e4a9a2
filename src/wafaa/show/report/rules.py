"""The words of the report: what is asked for, what it is made of, what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.utils.safestring import SafeString

from wafaa.learn.measures.rules import (
    Breakdown,
    Cohorts,
    Gaps,
    Pareto,
    Period,
    Question,
    Receipt,
    Rfm,
    Series,
    Standing,
    Summary,
)


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """What the reader chose; what is empty is found in the file. Days are inclusive, as people say."""

    language: str = "ar"
    start: date | None = None
    end: date | None = None
    as_of: date | None = None  # the last day that counts: what is seen as today
    currency: str = ""
    date_order: str = ""  # day_first or month_first
    mapping: Mapping[str, str] = field(default_factory=dict)  # field -> column of the file
    lapse_window_days: int = 180
    answers: Mapping[str, str] = field(default_factory=dict)  # other questions about the file, by name


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """One kind of thing in the file that no figure counts."""

    label: str
    count: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A row of the file that could not be read, and why."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All answers that the report shows. `window` covers the last lapse window and tells who stayed."""

    question: Question
    period: Period
    standing: Standing
    whole: Summary
    window: Summary
    series: Series
    cohorts: Cohorts
    pareto: Pareto
    rfm: Rfm
    gaps: Gaps
    breakdowns: dict[Breakdown, Summary]


@dataclass(frozen=True, kw_only=True)
class ReportResult:
    """What was written, and the figures for a summary in the terminal."""

    output: Path
    source: str
    figures: Figures
    left_out: list[LeftOut]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Cell:
    text: SafeString | str
    is_number: bool
    head: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """The data behind a chart: the first column names the row, others are numbers or `text_columns`."""

    head: Sequence[str]
    rows: Sequence[Sequence[SafeString | str]]
    caption: str = ""
    text_columns: frozenset[int] = frozenset()

    def marked_head(self) -> list[Cell]:
        return self._mark(self.head)

    def marked_rows(self) -> list[list[Cell]]:
        return [self._mark(row) for row in self.rows]

    def _mark(self, texts: Sequence[SafeString | str]) -> list[Cell]:
        return [
            Cell(
                text=text, is_number=place > 0 and place not in self.text_columns, head=str(self.head[place])
            )
            for place, text in enumerate(texts)
        ]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn chart and the line over it, "" where the section's title says it all."""

    drawn: SafeString
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the report: what it says in a sentence, the picture, the numbers, where they come from."""

    key: str
    title: str
    lead: SafeString
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    open_tables: Sequence[Table] = ()  # those that are the section itself
    receipt: Receipt | None = None


def choose_period(standing: Standing, options: ReportOptions) -> Period:
    """The whole file, or what the options leave of it; days outside the file are empty."""
    as_of = choose_as_of(standing, options)
    first = options.start or standing.first_day or as_of
    end = options.end + timedelta(days=1) if options.end else as_of
    return Period(start=min(first, end), end=end)


def choose_as_of(standing: Standing, options: ReportOptions) -> date:
    """The day after the last one that counts: as given, else the period's, else the file's."""
    if options.as_of or options.end:
        last = options.as_of or options.end
        assert last is not None
        return last + timedelta(days=1)
    return standing.as_of


def window_period(as_of: date, lapse_window_days: int) -> Period:
    """The last lapse window: who was live at its start, and is live at its end."""
    return Period(start=as_of - timedelta(days=lapse_window_days), end=as_of)


def group_bins(histogram: Sequence[tuple[int, int]], *, bins_max: int = 40) -> list[tuple[float, float, int]]:
    """(from, to, count) bins of whole days, or weeks where days are too many, up to the 98th percentile.

    The tail beyond would squeeze what the reader looks for into the first bins.
    """
    total = sum(count for _days, count in histogram)
    if not total:
        return []
    seen, longest = 0, 0
    for days, count in sorted(histogram):
        seen += count
        longest = days
        if seen >= 0.98 * total:
            break
    width = 1 if longest < bins_max else 7 * -(-(longest + 1) // (7 * bins_max))
    counts: dict[int, int] = {}
    for days, count in histogram:
        if days <= longest:
            counts[days // width] = counts.get(days // width, 0) + count
    return [(float(k * width), float((k + 1) * width), counts.get(k, 0)) for k in range(longest // width + 1)]
