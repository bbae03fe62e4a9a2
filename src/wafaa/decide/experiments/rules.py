"""Who is treated and who is kept aside, what is measured, and what may be said of it: pure functions and plain data."""

import hashlib
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from wafaa.science.effects import Effect
from wafaa.science.intervals import Interval
from wafaa.science.sample_ratio import RatioCheck

# The name is Segment's: https://segment.com/docs/connections/spec/ab-testing/.
EXPOSED: Final = "Experiment Viewed"
SOURCE: Final = "wafaa"
CONTROL: Final = "control"
TREATED: Final = "treated"
SHARE_WHOLE: Final = 10_000  # basis points
# So many are kept aside of all marketing unless the shop says otherwise.
UNIVERSAL_SHARE: Final = 500
UNIVERSAL_WINDOW_DAYS: Final = 90
WINDOW_DAYS: Final = 7
WINDOW_DAYS_MAX: Final = 366
VARIANTS_MAX: Final = 8
# What people did in the quarter before tells who buys anyway (CUPED's covariate).
COVARIATE_DAYS: Final = 90
# Fewer people in a group say nothing, whatever they did.
PEOPLE_MIN: Final = 100
# So many must be expected in each group to have done something, else a normal distribution is far off.
ACTIVE_MIN: Final = 20
# More orders without a known cost than this, and no margin is told.
UNKNOWN_COSTS_MAX: Final = 0.05
_BUCKETS: Final = 1 << 32


class Kind(StrEnum):
    UNIVERSAL = "universal"
    CAMPAIGN = "campaign"
    AUTOMATION = "automation"
    PAGE = "page"
    OFFER = "offer"
    PROGRAMME = "programme"  # of loyalty


class State(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    FINISHED = "finished"


class Answer(StrEnum):
    """What may be said of an experiment."""

    NO_CONTROL = "no_control"
    SAMPLE_RATIO_BROKEN = "sample_ratio_broken"
    COSTS_UNKNOWN = "costs_unknown"
    TOO_EARLY = "too_early"
    NO_EFFECT_SEEN = "no_effect_seen"
    EFFECT = "effect"


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A variant and its share of the people, in basis points. The control, where there is one, comes first."""

    key: str
    share_bp: int
    name: str = ""

    @property
    def is_control(self) -> bool:
        return self.key == CONTROL


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an experiment says of one customer: which variant, and by which experiment (the universal one goes before)."""

    variant: str
    experiment: uuid.UUID

    @property
    def is_control(self) -> bool:
        return self.variant == CONTROL


Shape = Literal["mean", "share"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What is compared, per person within the window.

    `key` is one of METRICS, or "event:<name>": the share of people with such an event.
    """

    key: str
    shape: Shape
    is_money: bool = False
    # whether less is better
    is_harm: bool = False

    @property
    def event(self) -> str:
        return self.key.removeprefix(EVENT) if self.key.startswith(EVENT) else ""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """So many points of a unit, awarded by a programme, cost so much money of the reporting currency."""

    unit: int
    points: int
    minor: int
    programme: str  # uuid: other programmes may give the same unit


EVENT: Final = "event:"
METRICS: Final[Mapping[str, Metric]] = {
    metric.key: metric
    for metric in (
        Metric(key="revenue", shape="mean", is_money=True),
        Metric(key="margin", shape="mean", is_money=True),
        Metric(key="orders", shape="mean"),
        Metric(key="buyers", shape="share"),
        Metric(key="unsubscribes", shape="share", is_harm=True),
    )
}
# What the margin is after points that were awarded; only of experiments that know their costs.
NET_MARGIN: Final = Metric(key="net_margin", shape="mean", is_money=True)
MARGINS: Final = frozenset({"margin", NET_MARGIN.key})


def find_metric(key: str) -> Metric | None:
    """None for what is no metric."""
    if key == NET_MARGIN.key:
        return NET_MARGIN
    if key.startswith(EVENT) and len(key) > len(EVENT):
        return Metric(key=key, shape="share")
    return METRICS.get(key)


def find_bucket(salt: str, customer: uuid.UUID) -> int:
    """Where a customer falls, from 0 to 2^32 - 1: the first four bytes of SHA-256 of the salt and the customer's uuid.

    The same customer falls to the same place for good, at two experiments to places that have nothing to do with each other.
    In SQL: sql/assign.sql.
    """
    return int.from_bytes(hashlib.sha256(f"{salt}{customer}".encode()).digest()[:4], "big")


def find_cuts(arms: Sequence[Arm]) -> list[int]:
    """The first bucket that is no longer of each arm but the last, in whole numbers so that SQL cuts at the same place."""
    cuts, passed = [], 0
    for arm in arms[:-1]:
        passed += arm.share_bp
        cuts.append(-(-passed * _BUCKETS // SHARE_WHOLE))
    return cuts


def assign(salt: str, arms: Sequence[Arm], customers: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Each customer's variant: pure, so it can be checked by anybody who knows the salt."""
    cuts = find_cuts(arms)
    return {one: arms[bisect_right(cuts, find_bucket(salt, one))].key for one in customers}


def make_arms(*, control_bp: int, treated: Sequence[Arm] = ()) -> tuple[Arm, ...]:
    """The control with its share, and the rest for one treatment, or for several by their weights."""
    rest = SHARE_WHOLE - control_bp
    wanted = list(treated) or [Arm(key=TREATED, share_bp=1)]
    weight = sum(arm.share_bp for arm in wanted)
    shared = [Arm(key=arm.key, name=arm.name, share_bp=rest * arm.share_bp // weight) for arm in wanted]
    left = rest - sum(arm.share_bp for arm in shared)
    shared[-1] = Arm(key=shared[-1].key, name=shared[-1].name, share_bp=shared[-1].share_bp + left)
    control = (Arm(key=CONTROL, share_bp=control_bp),) if control_bp else ()
    return (*control, *shared)


def find_fault(arms: Sequence[Arm]) -> str:
    """Why these can be no variants of one experiment; "" where they can."""
    keys = [arm.key for arm in arms]
    if not 1 <= len(arms) <= VARIANTS_MAX + 1:
        return "count"
    if len(set(keys)) < len(keys) or not all(key and len(key) <= 40 and key.isprintable() for key in keys):
        return "keys"
    if any(arm.share_bp <= 0 for arm in arms) or sum(arm.share_bp for arm in arms) != SHARE_WHOLE:
        return "shares"
    if CONTROL in keys and (keys[0] != CONTROL or len(keys) == 1):
        return "control"
    return ""


@dataclass(frozen=True, kw_only=True)
class Span:
    """When an experiment's people came in, and how long each is watched."""

    started_at: datetime | None
    planned_until: datetime | None
    finished_at: datetime | None
    window_days: int

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)

    @property
    def until(self) -> datetime | None:
        """Who came in later is not counted."""
        ends = [one for one in (self.planned_until, self.finished_at) if one]
        return min(ends) if ends else None

    @property
    def planned_look_at(self) -> datetime | None:
        """When everybody of the plan has been watched to the end; None without a plan, or where it was cut short."""
        if self.planned_until is None or (self.finished_at and self.finished_at < self.planned_until):
            return None
        return self.planned_until + self.window

    def is_planned_look(self, as_of: datetime) -> bool:
        """Whether this is the one look that the plan names: earlier ones must be valid at any time."""
        return self.planned_look_at is not None and as_of >= self.planned_look_at


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What decides which answer may be given."""

    has_control: bool
    is_ratio_broken: bool
    has_enough: bool
    costs_known: bool
    is_effect_seen: bool
    is_planned_look: bool
    has_plan: bool


def judge(seen: Seen) -> Answer:
    """The first that holds. Before its planned end an experiment may show an effect, but never that there is none."""
    if not seen.has_control:
        return Answer.NO_CONTROL
    if seen.is_ratio_broken:
        return Answer.SAMPLE_RATIO_BROKEN
    if not seen.costs_known:
        return Answer.COSTS_UNKNOWN
    if not seen.has_enough:
        return Answer.TOO_EARLY
    if seen.is_effect_seen:
        return Answer.EFFECT
    if seen.has_plan and not seen.is_planned_look:
        return Answer.TOO_EARLY
    return Answer.NO_EFFECT_SEEN


@dataclass(frozen=True, kw_only=True)
class Group:
    """The people of one variant: how many came in, how many were watched to the end (`n`), and what these did.

    Money in minor units, per person.
    """

    key: str
    name: str
    share_bp: int
    people: int
    n: int
    active: int  # people with anything but nothing
    total: int
    mean: Interval

    @property
    def is_control(self) -> bool:
        return self.key == CONTROL


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A variant against the control. `effect` is what counts; `plain` is the same without what people did before.

    `detectable` is the difference that so many people show in 4 of 5 cases.
    """

    key: str
    effect: Effect
    plain: Effect
    detectable: float | None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Where a reading comes from, so that it can be made again."""

    experiment: str
    metric: str
    currency: str
    window_days: int
    first_at: datetime | None
    last_at: datetime | None
    people: int
    n: int
    mixed: int  # persons who met several variants, as after a merge: left out
    without_cost: int  # orders left out of the margin
    other_currency: int  # orders left out of money
    method: str
    covariate_days: int
    alpha: float  # of each comparison: 0.05 shared among the variants
    as_of: datetime
    query: str
    computed_ms: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What may be said. `comparisons` are empty where nothing may be. `ready_at` is when "too early" is over; None where
    more people are needed.
    """

    answer: Answer
    metric: Metric
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]
    ratio: RatioCheck
    ready_at: datetime | None
    is_planned_look: bool
    receipt: Receipt

    @property
    def control(self) -> Group | None:
        return next((group for group in self.groups if group.is_control), None)


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """What an experiment could see: `base` is the figure per person as it is, `detectable` the least difference that would be
    found in 4 of 5 cases, None without a control group or where nobody did anything; `gain` what their past takes off
    the variance.
    """

    treated: int
    control: int
    base: Interval
    spread: float | None
    gain: float
    detectable: float | None
    relative: float | None
