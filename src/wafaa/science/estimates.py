"""How long will a survey take, and how many will finish? From its questions, and better from the installation's own records.

Time on a page = page cost + for each question (words to read / reading speed + seconds to answer by type), over the expected
path. Each term has a factor that is 1 in the prior and is fitted from recorded times; the prior counts as pseudo-data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import Final

import numpy as np

# Words a minute: between the two comparisons known (IReST 138 and 228, another 181 and 238; reference/surveys.md).
WORDS_A_MINUTE: Final[Mapping[str, float]] = {"ar": 160.0, "en": 233.0}
# To see that a page is new and to press the button.
PAGE_SECONDS: Final = 2.5
# Seconds to decide and answer once the words are read: at once, and for each option or row.
# They keep the proportions of the burden points (Findings 7827) at Pew's 10 seconds for a stand-alone question with its reading.
ANSWER_SECONDS: Final[Mapping[str, tuple[float, float, float]]] = {
    "nps": (4.5, 0.0, 0.0),
    "csat": (3.5, 0.0, 0.0),
    "ces": (4.5, 0.0, 0.0),
    "rating": (3.5, 0.0, 0.0),
    "single": (3.0, 0.4, 0.0),
    "multiple": (3.5, 0.9, 0.0),
    "picture": (3.0, 0.7, 0.0),
    "yes_no": (2.5, 0.0, 0.0),
    "short_text": (12.0, 0.0, 0.0),
    "long_text": (35.0, 0.0, 0.0),
    "number": (6.0, 0.0, 0.0),
    "date": (8.0, 0.0, 0.0),
    "matrix": (2.0, 0.0, 3.5),
    "ranking": (4.0, 4.0, 0.0),
    "consent": (3.0, 0.0, 0.0),
    "contact": (25.0, 0.0, 0.0),
    "file": (30.0, 0.0, 0.0),
    "statement": (0.5, 0.0, 0.0),
}
OTHER_SECONDS: Final = (5.0, 0.5, 2.0)
# Who may leave a question out does so: nearly never where one tap is asked for, half the time where one has to write.
ANSWERED_IF_OPTIONAL: Final[Mapping[str, float]] = {
    "short_text": 0.5,
    "long_text": 0.4,
    "contact": 0.4,
    "file": 0.15,
}
ANSWERED_OTHERWISE: Final = 0.95
# Of the survey's own median in logarithms, before anything was recorded, and what is left however much was.
TIME_ERROR: Final = 0.30
TIME_ERROR_LEFT: Final = 0.10
# What one recorded time tells of the median: 1 / variance, where single times scatter by half.
TIME_INFORMATION: Final = 4.0
Z_95: Final = 1.959963984540054

# The chance that a person leaves at a question, by its place: steep up to 15, flatter to 35, worse again (SurveyMonkey, 100,000
# surveys, the shape only). The levels make 5 short questions end at 90 % and 50 at 55, as reference/surveys.md reports.
LEAVE_AT_ONCE: Final = 0.03
LEAVE_BY_PLACE: Final[tuple[tuple[int, float], ...]] = ((15, 0.014), (35, 0.007), (10_000, 0.013))
LEAVE_BY_TYPE: Final[Mapping[str, float]] = {
    "long_text": 2.5,
    "short_text": 1.5,
    "contact": 3.0,
    "file": 4.0,
    "matrix": 2.0,
    "ranking": 2.0,
    "statement": 0.3,
}
COMPLETION_ERROR: Final = 0.45
COMPLETION_ERROR_LEFT: Final = 0.20
# What one person who began tells of the odds of finishing: p (1 - p) at 80 %.
COMPLETION_INFORMATION: Final = 0.16

# Recalibration: how far a shop's factor lies from 1 in logarithms before anything was recorded, and at most.
FACTOR_SPREAD: Final = 0.4
FACTOR_MAX: Final = 1.6
# Times that are no answering: a machine, or a page left open.
SECONDS_MIN: Final = 0.3
SECONDS_MAX: Final = 3600.0
# People differ at least by so much in logarithms, however alike the first few records look.
SCATTER_MIN: Final = 0.4
HUBER: Final = 1.345
FIT_ROUNDS: Final = 20
# How many whole times, and how many who left, the prior is worth.
PSEUDO_TOTALS: Final = 5.0
PSEUDO_LEAVERS: Final = 8.0


@dataclass(frozen=True, kw_only=True)
class QuestionShape:
    """A question: its type, the words to read in one language (help, options and rows too), how many options and rows.

    `probability` is the share of respondents whose path leads past it; `page` is the page that it stands on.
    """

    type: str
    words: int
    options: int = 0
    rows: int = 0
    required: bool = True
    probability: float = 1.0
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Seconds, or a share in 0..1, with the band in which 95 of 100 truths are expected."""

    value: float
    low: float
    high: float

    @property
    def seconds(self) -> float:
        return self.value


@dataclass(frozen=True, kw_only=True)
class TimeRecord:
    """How long a person took over these questions: those of a page, or of a whole survey, as far as they saw them."""

    shapes: Sequence[QuestionShape]
    language: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class LeavingRecord:
    """Of so many who were asked a question, how many left the survey there. `place` counts from 1."""

    type: str
    place: int
    asked: int
    left: float


@dataclass(frozen=True, kw_only=True)
class Times:
    """Factors of the prior's terms ("page", "read:ar", "answer:nps", ...), and from how many records they are."""

    factors: Mapping[str, float] = field(default_factory=dict)
    n: int = 0


@dataclass(frozen=True, kw_only=True)
class Hazards:
    """Factors of the prior's chances ("place:1", "type:matrix", ...), and from how many answers asked for they are."""

    factors: Mapping[str, float] = field(default_factory=dict)
    n: int = 0


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What this installation has learnt of its own respondents."""

    times: Times = field(default_factory=Times)
    hazards: Hazards = field(default_factory=Hazards)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Leaving out the question at `index` saves so many seconds and lets so many more finish (a share)."""

    index: int
    seconds: float
    completion: float


def estimate_seconds(
    shapes: Sequence[QuestionShape], language: str, installation: Installation | None = None
) -> Estimate:
    """How long the typical respondent takes."""
    times = (installation or Installation()).times
    if not shapes:
        return Estimate(value=0.0, low=0.0, high=0.0)
    seconds = _sum_terms(list_terms(shapes, language), times.factors) * times.factors.get("total", 1.0)
    error = find_error(TIME_ERROR, TIME_ERROR_LEFT, times.n, TIME_INFORMATION)
    return Estimate(value=seconds, low=seconds * exp(-Z_95 * error), high=seconds * exp(Z_95 * error))


def estimate_completion(
    shapes: Sequence[QuestionShape], language: str = "en", installation: Installation | None = None
) -> Estimate:
    """The share of those who start that will finish, with its band."""
    hazards = (installation or Installation()).hazards
    if not shapes:
        return Estimate(value=1.0, low=1.0, high=1.0)
    share = 1 - min(0.9, LEAVE_AT_ONCE * hazards.factors.get("start", 1.0))
    place = 0.0
    for shape in shapes:
        place += shape.probability
        share *= 1 - shape.probability * min(0.9, find_leaving(shape.type, max(1, round(place)), hazards))
    error = find_error(COMPLETION_ERROR, COMPLETION_ERROR_LEFT, hazards.n, COMPLETION_INFORMATION)
    middle = log(share / (1 - share))
    return Estimate(
        value=share,
        low=1 / (1 + exp(-(middle - Z_95 * error))),
        high=1 / (1 + exp(-(middle + Z_95 * error))),
    )


def list_cuts(
    shapes: Sequence[QuestionShape], language: str, installation: Installation | None = None
) -> list[Cut]:
    """What leaving out each question would gain, the most time first."""
    whole = estimate_seconds(shapes, language, installation).seconds
    finish = estimate_completion(shapes, language, installation).value
    cuts = []
    for index in range(len(shapes)):
        rest = [shape for place, shape in enumerate(shapes) if place != index]
        cuts.append(
            Cut(
                index=index,
                seconds=whole - estimate_seconds(rest, language, installation).seconds,
                completion=estimate_completion(rest, language, installation).value - finish,
            )
        )
    return sorted(cuts, key=lambda cut: (-cut.seconds, cut.index))


def list_terms(shapes: Sequence[QuestionShape], language: str) -> dict[str, float]:
    """The prior's seconds by term, over the expected path."""
    terms: dict[str, float] = {}
    pages: dict[int, float] = {}
    speed = WORDS_A_MINUTE.get(language, WORDS_A_MINUTE["en"]) / 60
    for shape in shapes:
        pages[shape.page] = max(pages.get(shape.page, 0.0), shape.probability)
        _add(terms, f"read:{language}", shape.probability * shape.words / speed)
        once, by_option, by_row = ANSWER_SECONDS.get(shape.type, OTHER_SECONDS)
        answered = (
            1.0 if shape.required else ANSWERED_IF_OPTIONAL.get(shape.type, ANSWERED_OTHERWISE)
        ) * shape.probability
        _add(
            terms,
            f"answer:{shape.type}",
            answered * (once + by_option * shape.options + by_row * shape.rows),
        )
    _add(terms, "page", PAGE_SECONDS * sum(pages.values()))
    return terms


def find_leaving(type_: str, place: int, hazards: Hazards | None = None) -> float:
    """The chance that who is asked this question leaves there."""
    factors = hazards.factors if hazards else {}
    band = _find_band(place)
    return (
        LEAVE_BY_PLACE[band][1]
        * factors.get(f"place:{band}", 1.0)
        * LEAVE_BY_TYPE.get(type_, 1.0)
        * factors.get(f"type:{type_}", 1.0)
    )


def find_error(prior: float, left: float, n: int, information: float) -> float:
    """The error in logarithms: the prior's shrinks with what each record tells, down to what differs from survey to survey."""
    return sqrt(left**2 + 1 / (1 / prior**2 + n * information))


def fit_times(records: Sequence[TimeRecord], totals: Sequence[TimeRecord] = ()) -> Times:
    """Recalibrate the factors of the terms from recorded times of pages or whole surveys.

    log seconds = log sum of factor x prior seconds, by Gauss-Newton steps with Huber's weights (so that somebody who went for
    coffee counts little) and each log factor drawn to nothing as a normal prior of spread FACTOR_SPREAD does. Where `records` are
    pages, `totals` are times of whole surveys: they fit one factor more, because the median of a sum is above the sum of medians.
    """
    used = [record for record in records if SECONDS_MIN <= record.seconds <= SECONDS_MAX and record.shapes]
    whole = [record for record in totals if SECONDS_MIN <= record.seconds <= SECONDS_MAX and record.shapes]
    factors = _fit_factors(used) if used else {}
    if whole:
        gaps = [
            log(record.seconds / _sum_terms(list_terms(record.shapes, record.language), factors))
            for record in whole
        ]
        shift = _find_middle(gaps) * len(gaps) / (len(gaps) + PSEUDO_TOTALS)
        factors["total"] = exp(shift)
    return Times(factors=factors, n=max(len(whole), len(used) if not whole else 0))


def fit_hazards(records: Sequence[LeavingRecord]) -> Hazards:
    """Recalibrate the factors of place and type from recorded drop-offs.

    Left = asked x prior chance x factor of the place x factor of the type, fitted in turns; PSEUDO_LEAVERS that left as the prior
    says stand behind every factor (a gamma prior of mean 1). The record of who opened and never began has place 0.
    """
    used = [record for record in records if record.asked > 0 and 0 <= record.left <= record.asked]
    factors: dict[str, float] = {}
    for _ in range(FIT_ROUNDS):
        for start in ("place:", "type:"):
            seen: dict[str, list[float]] = {}
            for record in used:
                names = _name_leaving(record)
                name = next((name for name in names if name.startswith(start)), names[0])
                others = 1.0
                for other in names:
                    others *= factors.get(other, 1.0) if other != name else 1.0
                expected = record.asked * _find_prior_leaving(record) * others
                sums = seen.setdefault(name, [0.0, 0.0])
                sums[0] += record.left
                sums[1] += expected
            for name, (left, expected) in seen.items():
                factors[name] = (left + PSEUDO_LEAVERS) / (expected + PSEUDO_LEAVERS)
    begun = sum(record.asked for record in used if record.place == 1)
    return Hazards(factors=factors, n=begun or max((record.asked for record in used), default=0))


def _fit_factors(records: Sequence[TimeRecord]) -> dict[str, float]:
    rows = [list_terms(record.shapes, record.language) for record in records]
    names = sorted({name for row in rows for name in row})
    base = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    seconds = np.log([record.seconds for record in records])
    theta = np.zeros(len(names))
    for _ in range(FIT_ROUNDS):
        parts = base * np.exp(theta)
        predicted = np.maximum(parts.sum(axis=1), SECONDS_MIN)
        gaps = seconds - np.log(predicted)
        scale = max(SCATTER_MIN, 1.4826 * float(np.median(np.abs(gaps - np.median(gaps)))))
        weights = np.minimum(1.0, HUBER * scale / np.maximum(np.abs(gaps), 1e-9)) / scale**2
        shares = parts / predicted[:, None]
        bend = (shares * weights[:, None]).T @ shares + np.eye(len(names)) / FACTOR_SPREAD**2
        pull = shares.T @ (weights * gaps) - theta / FACTOR_SPREAD**2
        theta = np.clip(theta + np.linalg.solve(bend, pull), -FACTOR_MAX, FACTOR_MAX)
    return {name: float(factor) for name, factor in zip(names, np.exp(theta), strict=True)}


def _find_middle(gaps: Sequence[float]) -> float:
    """A mean that far-off values hardly move: Huber's, from the median."""
    values = np.array(gaps)
    middle = float(np.median(values))
    scale = max(SCATTER_MIN, 1.4826 * float(np.median(np.abs(values - middle))))
    for _ in range(FIT_ROUNDS):
        weights = np.minimum(1.0, HUBER * scale / np.maximum(np.abs(values - middle), 1e-9))
        middle = float((weights * values).sum() / weights.sum())
    return middle


def _sum_terms(terms: Mapping[str, float], factors: Mapping[str, float]) -> float:
    return max(SECONDS_MIN, sum(factors.get(name, 1.0) * term for name, term in terms.items()))


def _find_band(place: int) -> int:
    return next(index for index, (last, _) in enumerate(LEAVE_BY_PLACE) if place <= last)


def _name_leaving(record: LeavingRecord) -> tuple[str, ...]:
    if record.place <= 0:
        return ("start",)
    return f"place:{_find_band(record.place)}", f"type:{record.type}"


def _find_prior_leaving(record: LeavingRecord) -> float:
    return LEAVE_AT_ONCE if record.place <= 0 else find_leaving(record.type, record.place)


def _add(terms: dict[str, float], name: str, seconds: float) -> None:
    terms[name] = terms.get(name, 0.0) + seconds
