"""What a survey asks, as plain data: pages of questions, conditions, jumps and outcomes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class QuestionType(StrEnum):
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    RATING = "rating"
    SINGLE = "single"
    MULTIPLE = "multiple"
    PICTURE = "picture"
    YES_NO = "yes_no"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    MATRIX = "matrix"
    RANKING = "ranking"
    CONSENT = "consent"
    CONTACT = "contact"
    FILE = "file"
    STATEMENT = "statement"


SCALES = frozenset({QuestionType.NPS, QuestionType.CSAT, QuestionType.CES, QuestionType.RATING})
# Where one of several options, or more, is chosen.
CHOOSING = frozenset(
    {
        QuestionType.SINGLE,
        QuestionType.MULTIPLE,
        QuestionType.PICTURE,
        QuestionType.RANKING,
        QuestionType.MATRIX,
    }
)
TEXTS = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT})
MEASURES = frozenset({"", "return_intention", "preference", "suggestion"})
STYLES = frozenset({"numbers", "stars", "faces"})
TESTS = frozenset({"equals", "not", "at_least", "at_most", "includes", "answered", "unanswered"})
SUBJECTS = frozenset({"answer", "profile", "hidden"})
CONTACT_FIELDS = ("name", "email", "phone")
# What words of a survey may pipe in of a customer, and what conditions may ask.
PROFILE_FIELDS = ("first_name", "name", "city", "country", "language", "tier")
END = "end"
OTHER = "other"  # the key of the option that a person fills in

Words = Mapping[str, str]


class ContentWrong(Exception):
    """`path` says where ("pages.0.questions.2.text"), `message` what, in English; `code` and `facts` for words.py."""

    def __init__(self, path: str, code: str, **facts: Any) -> None:
        self.path = path
        self.code = code
        self.facts = facts
        self.message = MESSAGES[code].format(**facts)
        super().__init__(f"{path}: {self.message}")


# Its translations stand in words.py under the same keys.
MESSAGES = {
    "kind": "Expected {kind}.",
    "unknown_field": "The field {name} is not known.",
    "missing": "The field {name} is missing.",
    "key": "A key is made of small Latin letters, digits, - and _, {limit} at most.",
    "twice": "The key {key} stands here twice.",
    "choice": "Expected one of: {choices}.",
    "letters": "Longer than {limit} letters.",
    "count": "More than {limit} of these.",
    "range": "Expected a number from {low} to {high}.",
    "address": "An address begins with https:// or /.",
    "language": "A language is two small letters, as in ar or en.",
    "main_language": "The main language is one of the languages.",
    "depth": "Conditions lie too deep in each other.",
    "condition": "A condition holds all, any, not, or one test.",
    "order": "The least is more than the most.",
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`kind` all, any or not, of `parts`; or test: `subject` (answer, profile, hidden) `key` `test` `value`."""

    kind: str
    parts: "tuple[Condition, ...]" = ()
    subject: str = ""
    key: str = ""
    test: str = ""
    value: str | int | float | bool | None = None

    def walk(self) -> "Iterator[Condition]":
        """Every test in it."""
        if self.kind == "test":
            yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, kw_only=True)
class Option:
    key: str
    text: Words
    image: str = ""
    points: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    key: str
    text: Words


@dataclass(frozen=True, kw_only=True)
class Scale:
    points: int = 5
    style: str = "numbers"
    low: Words = field(default_factory=dict)
    high: Words = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Question:
    key: str
    type: QuestionType
    text: Words
    help: Words = field(default_factory=dict)
    required: bool = False
    options: tuple[Option, ...] = ()
    random: bool = False
    other: bool = False
    not_applicable: bool = False
    scale: Scale | None = None
    rows: tuple[Row, ...] = ()
    min: float | str | None = None  # a number, a count of choices, or a day
    max: float | str | None = None
    max_length: int | None = None
    measure: str = ""
    show_if: Condition | None = None

    @property
    def is_asked(self) -> bool:
        return self.type != QuestionType.STATEMENT

    @property
    def first(self) -> int:
        """The lowest value of a scale."""
        return 0 if self.type == QuestionType.NPS else 1

    @property
    def last(self) -> int:
        """The highest value of a scale."""
        match self.type:
            case QuestionType.NPS:
                return 10
            case QuestionType.CES:
                return 7
        return self.scale.points if self.scale else 5

    @property
    def answer_keys(self) -> tuple[str, ...]:
        """Under which keys its answers are kept: of a matrix one for each row."""
        if self.type == QuestionType.MATRIX:
            return tuple(f"{self.key}.{row.key}" for row in self.rows)
        return (self.key,) if self.is_asked else ()


@dataclass(frozen=True, kw_only=True)
class Page:
    key: str
    questions: tuple[Question, ...]
    title: Words = field(default_factory=dict)
    random: bool = False


@dataclass(frozen=True, kw_only=True)
class Jump:
    """After page `after`, where `condition` holds: to page `to`, to the end, or to the end with an outcome."""

    after: str
    to: str
    condition: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeLink:
    text: Words
    url: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A page that ends the survey; the first whose condition and points fit is shown."""

    key: str
    title: Words
    text: Words = field(default_factory=dict)
    link: OutcomeLink | None = None
    condition: Condition | None = None
    min_points: int | None = None
    max_points: int | None = None
    screens_out: bool = False  # who comes here was not meant: the response counts as screened


@dataclass(frozen=True, kw_only=True)
class Content:
    languages: tuple[str, ...]
    main_language: str
    title: Words
    welcome: Words | None = None
    hidden: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    jumps: tuple[Jump, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    anonymous: bool = False
    edit_minutes: int = 0
    theme: str = ""

    @property
    def questions(self) -> Iterator[Question]:
        for page in self.pages:
            yield from page.questions

    def find_page(self, key: str) -> int | None:
        """Its place among the pages, from 0."""
        return next((place for place, page in enumerate(self.pages) if page.key == key), None)

    def find_question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)


def pick_words(words: Words, language: str, main_language: str) -> str:
    """In the language; else in the main one; else in whatever there is."""
    return (
        words.get(language) or words.get(main_language) or next((text for text in words.values() if text), "")
    )
