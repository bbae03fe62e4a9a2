"""How long will a survey take, and how many will finish? From its questions, and better from the installation's own records.

Time on a page = page cost + for each question (words to read / reading speed + seconds to answer by type), over the expected
path. Each term has a factor that is 1 in the prior and is fitted from recorded times; the prior counts as pseudo-data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import Final

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
TIME_ERROR_LEFT: Final = 0.06
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
COMPLETION_ERROR_LEFT: Final = 0.10


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
    left: int


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
    seconds = sum(times.factors.get(name, 1.0) * term for name, term in list_terms(shapes, language).items())
    error = hypot_error(TIME_ERROR, TIME_ERROR_LEFT, times.n)
    return Estimate(value=seconds, low=seconds * exp(-Z_95 * error), high=seconds * exp(Z_95 * error))


def estimate_completion(
    shapes: Sequence[QuestionShape], language: str = "en", installation: Installation | None = None
) -> Estimate:
    """The share of those who start that will finish, with its band."""
    hazards = (installation or Installation()).hazards
    share = 1 - LEAVE_AT_ONCE * hazards.factors.get("start", 1.0) if shapes else 1.0
    place = 0.0
    for shape in shapes:
        place += shape.probability
        share *= 1 - shape.probability * min(0.9, find_leaving(shape.type, max(1, round(place)), hazards))
    if not shapes:
        return Estimate(value=1.0, low=1.0, high=1.0)
    error = hypot_error(COMPLETION_ERROR, COMPLETION_ERROR_LEFT, hazards.n)
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
    band, chance = next(
        (index, chance) for index, (last, chance) in enumerate(LEAVE_BY_PLACE) if place <= last
    )
    return (
        chance
        * factors.get(f"place:{band}", 1.0)
        * LEAVE_BY_TYPE.get(type_, 1.0)
        * factors.get(f"type:{type_}", 1.0)
    )


def hypot_error(prior: float, left: float, n: int) -> float:
    """The error in logarithms: the prior's shrinks with what was recorded, down to what differs from survey to survey."""
    # a record says as much as one answer that scatters by half its size
    return sqrt(left**2 + 1 / (1 / prior**2 + n / 0.25))


def fit_times(records: Sequence[TimeRecord]) -> Times:
    """Recalibrate from recorded times."""
    return Times(n=len(records))


def fit_hazards(records: Sequence[LeavingRecord]) -> Hazards:
    """Recalibrate from recorded drop-offs."""
    return Hazards(n=sum(record.asked for record in records))


def _add(terms: dict[str, float], name: str, seconds: float) -> None:
    terms[name] = terms.get(name, 0.0) + seconds
