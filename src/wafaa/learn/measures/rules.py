"""The words of the measures room: what is asked, what is answered. Plain data that travels between processes as JSON."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Unit = Literal["count", "money", "rate", "orders", "days", "hours", "number"]
Breakdown = Literal["store", "channel", "country", "category", "rfm_group", "acquisition_month"]
Grain = Literal["day", "week", "month"]


@dataclass(frozen=True, kw_only=True)
class Period:
    """Local calendar days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, kw_only=True)
class Question:
    """Everything that a figure depends on besides the facts themselves.

    `as_of` is exclusive: the day after the last day that counts. `period` None asks for the whole of the facts up to as_of.
    `stores` limits orders and refunds to those store ids (what a branch manager may see); None is all.
    """

    as_of: date
    lapse_window_days: int
    currency: str
    period: Period | None = None
    stores: tuple[int, ...] | None = None
    by: Breakdown | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with its margin: money in minor units, rates from 0 to 1. None where there is nothing to divide by.

    `low` and `high` are the 95 % interval (Wilson for rates, mean +- 1.96 standard errors for means), None for plain sums.
    """

    measure: str
    unit: Unit
    value: float | int | None
    n: int
    numerator: int | None = None
    denominator: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Where a figure comes from."""

    engine: str
    query: str  # the SQL that reduced the facts
    facts_version: str
    facts_at: str  # ISO time at which the facts were last in step with the database
    as_of: date
    period: Period
    computed_ms: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """All figures of one group (`group` "" is the total) for the period, the one before, and the same a year before."""

    group: str
    label: str
    figures: dict[str, Figure]
    previous: dict[str, Figure] = field(default_factory=dict)
    year_before: dict[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Summary:
    total: Row
    rows: list[Row]  # one per group of `question.by`, largest gross first; empty without a breakdown
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class SeriesPoint:
    period: Period
    figures: dict[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Series:
    grain: Grain
    points: list[SeriesPoint]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Customers first seen in `month`; entry k of each list is k months later; 0 is the month itself."""

    month: date
    customers: int
    active: list[int]
    gross_minor: list[int]


@dataclass(frozen=True, kw_only=True)
class Cohorts:
    cohorts: list[Cohort]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Pareto:
    """`curve` holds (share of customers, share of gross) in steps of one per cent, richest first."""

    customers: int
    gross_minor: int
    curve: list[tuple[float, float]]
    top_20_share: float | None
    customers_for_80: int
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class RfmCuts:
    """Upper bounds of scores 1 to 4, ascending.

    A value above the last scores 5. Recency is scored in reverse: fewer days, higher.
    """

    recency_days: tuple[int, int, int, int]
    frequency: tuple[int, int, int, int]
    monetary_minor: tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class RfmCell:
    recency: int
    frequency: int
    monetary: int
    customers: int
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class RfmGroup:
    key: str
    customers: int
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class Rfm:
    cuts: RfmCuts | None  # None without customers
    cells: list[RfmCell]
    groups: list[RfmGroup]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Days between consecutive counted orders of one customer: entry (days, how often)."""

    histogram: list[tuple[int, int]]
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the facts hold, and what no figure counts."""

    facts_version: str
    facts_at: str
    first_day: date | None
    last_day: date | None
    as_of: date
    orders: int
    counted_orders: int
    counted_lines: int
    customers: int
    orders_without_customer: int
    gross_without_customer_minor: int
    orders_in_other_currencies: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """A stage of the journey: everybody who reached it in the period, and, of those who reached the stage that it is
    measured against (`base`, "" for the first), how many reached this one too, as a rate with its interval.
    """

    stage: str
    base: str
    people: int
    rate: Figure


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What happened on the way. `told` counts what the facts hold at all, by kind: without visits there is no engagement
    to speak of, without deliveries no punctuality.
    """

    total: Row
    stages: list[StageRow]
    told: dict[str, int]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A goal as it is asked: of those who did `touchpoint`, who did `wanted` within some hours."""

    key: str
    touchpoint: str
    wanted: str
    within_hours: int


@dataclass(frozen=True, kw_only=True)
class Goals:
    """The rate of each aim by its key."""

    figures: dict[str, Figure]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class CustomerRfm:
    """Where one customer stands: scores from 1 to 5, the named group, whole days since the last counted order."""

    recency: int
    frequency: int
    monetary: int
    group: str
    days_since_last: int
