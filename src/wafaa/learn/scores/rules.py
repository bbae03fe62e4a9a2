"""The words of the scores room: which answers count, and what comes back. Plain data that travels between processes as JSON."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from wafaa.learn.measures.rules import Period, Receipt

By = Literal[
    "touchpoint",
    "store",
    "agent",
    "channel",
    "collector",
    "product",
    "category",
    "language",
    "version",
    "survey",
    "country",
    "rfm_group",
    "acquisition_month",
]
# What answers tell of themselves; the others lie with their product or their customer.
TOLD: Final[tuple[By, ...]] = (
    "version",
    "store",
    "product",
    "channel",
    "collector",
    "touchpoint",
    "agent",
    "language",
    "survey",
)
# What a filter offers; products are too many for a list, surveys belong to the page of the whole shop.
LISTED: Final[tuple[By, ...]] = (
    "version",
    "channel",
    "collector",
    "touchpoint",
    "store",
    "agent",
    "language",
)
Grain = Literal["week", "month"]
Kind = Literal["nps", "csat", "ces", "mean", "share"]
# The three that satisfaction and loyalty are told by.
HEADLINES: Final[tuple[Kind, ...]] = ("nps", "csat", "ces")
Cell = Literal["satisfied_who_return", "satisfied_who_leave", "unhappy_who_stay", "unhappy_who_leave"]
CELLS: Final[tuple[Cell, ...]] = (
    "satisfied_who_return",
    "satisfied_who_leave",
    "unhappy_who_stay",
    "unhappy_who_leave",
)
# An answer that is none: the question did not apply to whoever was asked.
NOT_APPLICABLE: Final = "n_a"


@dataclass(frozen=True, kw_only=True)
class Sieve:
    """Which answers count, besides test answers, which never do.

    `as_of` is exclusive: the day after the last that counts. `period` None is everything up to as_of. `stores` limits to
    what somebody may see; None is all. Of the others None lets everything through, "" what nobody told.
    `segment`: known customers only, those who are in it now. `currency` and `lapse_window_days` place customers by what
    they bought.
    """

    as_of: date
    survey: int | None = None
    period: Period | None = None
    stores: tuple[int, ...] | None = None
    version: int | None = None
    store: int | None = None
    product: int | None = None
    channel: str | None = None
    collector: int | None = None
    touchpoint: str | None = None
    agent: str | None = None
    language: str | None = None
    segment: int | None = None
    week_start: int = 1
    currency: str = ""
    lapse_window_days: int = 180

    def get(self, by: By) -> int | str | None:
        found: int | str | None = getattr(self, by) if by in TOLD else None
        return found


@dataclass(frozen=True, kw_only=True)
class ScoreFigure:
    """One score: NPS in -100..100, CSAT and shares in 0..1, CES and means in points of their scale (up to `points`).

    `low` and `high` are the 95 % interval. Below `is_enough` it is not to be shown as a figure.
    """

    kind: Kind
    value: float | None
    low: float | None
    high: float | None
    n: int
    is_enough: bool
    points: int = 0


@dataclass(frozen=True, kw_only=True)
class DifferenceFigure:
    """The first group less the second, with its 95 % interval."""

    kind: Kind
    value: float | None
    low: float | None
    high: float | None
    is_enough: bool
    is_significant: bool


@dataclass(frozen=True, kw_only=True)
class TrendPoint:
    """A week or month: `is_change` only where chance does not explain the difference from the one before it."""

    start: date
    score: ScoreFigure
    is_change: bool = False
    is_better: bool = False


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that could be said: a point of the scale (`value`) or an option (`key`); `share` of those who answered."""

    key: str
    value: int | None
    n: int
    share: ScoreFigure


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """`n` people answered it; `stopped` gave up right after it; `ranks` holds each option's mean place in a ranking."""

    question: str
    type: str
    points: int
    n: int
    not_applicable: int
    stopped: int
    choices: list[Choice]
    score: ScoreFigure | None = None
    trend: list[TrendPoint] = field(default_factory=list)
    ranks: dict[str, ScoreFigure] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Turnout:
    """How many began, finished, gave up or were screened out; whose answers look careless; how long it took."""

    started: int = 0
    complete: int = 0
    partial: int = 0
    screened: int = 0
    flagged: int = 0
    seconds: float | None = None
    completion: ScoreFigure | None = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A value that one may filter by, and how many responses have it."""

    value: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Results:
    grain: Grain
    turnout: Turnout
    questions: list[QuestionResult]
    listed: dict[str, list[Listed]]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class GroupScore:
    """A store, agent, touchpoint ...: its score, and the one drawn towards the mean that is fair to compare.

    `verdict` speaks only where its fair interval lies wholly on one side of the mean of all.
    """

    group: str
    score: ScoreFigure
    fair: float | None = None
    fair_low: float | None = None
    fair_high: float | None = None
    verdict: Literal["better", "worse", ""] = ""


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """A score by groups, most answers first. `between` is the share of the single answers' variance that lies between them."""

    by: By
    kind: Kind
    groups: list[GroupScore]
    mean: float | None
    between: float | None
    between_low: float | None
    between_high: float | None
    difference: DifferenceFigure | None
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class CrossCell:
    """How many said both, as a share of the row; `side` is 1 or -1 where that is more or fewer than chance brings."""

    n: int
    share: float | None
    side: int
    is_small: bool


@dataclass(frozen=True, kw_only=True)
class Crosstab:
    """Rows are the answers to the one question, columns those to the other."""

    rows: list[str]
    columns: list[str]
    cells: list[list[CrossCell]]
    n: int
    p: float | None
    strength: float | None
    is_significant: bool
    is_small: bool
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The same question in two periods; the difference is the later less the earlier."""

    before: ScoreFigure
    after: ScoreFigure
    difference: DifferenceFigure
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Month:
    """What was said in a month, beside what was sold (gross) and given back in it, in minor units."""

    start: date
    scores: dict[str, ScoreFigure]
    gross_minor: int
    refunds_minor: int


@dataclass(frozen=True, kw_only=True)
class ProductSaid:
    """What was said of a product (CSAT, and the stars of its reviews), what it sold now and before, and what came back."""

    product: int
    score: ScoreFigure
    stars: ScoreFigure
    gross_minor: int
    gross_before_minor: int | None
    refunds_minor: int


@dataclass(frozen=True, kw_only=True)
class Sold:
    """A week or month: what was sold and what was given back in it, in minor units."""

    start: date
    gross_minor: int
    refunds_minor: int


@dataclass(frozen=True, kw_only=True)
class ProductPath:
    """One product over time: CSAT of the surveys about it, the stars of its reviews, its sales and returns.

    All three run over the same weeks or months; `satisfied` and `stars` are those of the whole period.
    """

    grain: Grain
    satisfied: ScoreFigure
    stars: ScoreFigure
    satisfied_trend: list[TrendPoint]
    stars_trend: list[TrendPoint]
    sold: list[Sold]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One of the three over the whole shop; `change` against the period of the same length before."""

    kind: Kind
    score: ScoreFigure
    before: ScoreFigure | None
    change: DifferenceFigure | None
    trend: list[TrendPoint]


@dataclass(frozen=True, kw_only=True)
class Satisfaction:
    grain: Grain
    headlines: list[Headline]
    months: list[Month]
    products: list[ProductSaid]
    listed: dict[str, list[Listed]]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """`of_row`: of those who said the same; `of_all`: of everybody in the four cells."""

    name: Cell
    n: int
    of_row: ScoreFigure
    of_all: ScoreFigure


@dataclass(frozen=True, kw_only=True)
class Intention:
    """Of those who said yes, maybe or no to coming back (or to preferring us), how many did come back in time."""

    measure: str
    said: Literal["yes", "unsure", "no"]
    returned: ScoreFigure


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What people said, by the last answer of each, and whether an order followed within the lapse window.

    `waiting`: those whose time is not over, who are in no cell.
    """

    kind: Kind
    cells: list[GridCell]
    neutral: ScoreFigure
    difference: DifferenceFigure
    n: int
    waiting: int
    intentions: list[Intention]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class Person:
    """A customer of a cell: what was said on which day, and the day of the last order (None without one)."""

    customer: int
    value: int
    points: int
    day: date
    last_order: date | None


@dataclass(frozen=True, kw_only=True)
class People:
    """The customers of a cell, latest answers first, `n` of them in all."""

    people: list[Person]
    n: int
    receipt: Receipt
