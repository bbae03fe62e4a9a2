"""Which column answers which question, and what one row of another tool says. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wafaa.kit.text import fold, latin_digits, without_marks
from wafaa.listen.surveys.rules.content import CHOOSING, OTHER, SCALES, Content, Question, QuestionType, Words
from wafaa.listen.surveys.rules.given import Value
from wafaa.listen.surveys.rules.taking import (
    NO,
    PREFIX,
    SAYS_NA,
    SAYS_OTHER,
    YES,
    AnswerWrong,
    list_contact_fields,
    take_answer,
)

if TYPE_CHECKING:
    from wafaa.listen.surveys.exchange.tables import Table

AT, CUSTOMER = "at", "customer"
# What else a row may tell of its response, by the name of the response's column.
ABOUT = ("language", "store", "agent", "touchpoint", "order_ref")
ASKS = "q:"
Targets = dict[str, tuple[Question, Words, Words | None]]
LEFT_OUT = frozenset({QuestionType.STATEMENT})
# How long an address of a file may be that another tool keeps.
LINK_LETTERS_MAX = 2_000
_SAMPLE = 50
_NAMES = {
    AT: "date time timestamp submitted completed created responded تاريخ وقت التاريخ الوقت",
    CUSTOMER: "email e-mail mail phone mobile customer client بريد البريد جوال الجوال هاتف الهاتف العميل عميل",
    "language": "language locale lang اللغه لغه",
    "store": "store branch location الفرع فرع المتجر متجر",
    "agent": "agent employee staff الموظف موظف",
    "touchpoint": "touchpoint channel القناه",
    "order_ref": "order الطلب طلب",
}
_OF_TYPES = {
    QuestionType.NPS: ("nps", "recommend", "توصي", "تنصح"),
    QuestionType.CSAT: ("csat", "satisf", "رضا"),
    QuestionType.CES: ("ces", "effort", "easy", "سهل", "سهوله"),
    QuestionType.RATING: ("rating", "stars", "تقييم"),
    QuestionType.LONG_TEXT: ("comment", "feedback", "why", "تعليق", "ملاحظ"),
}
_YES = {fold(word) for word in ("yes", "y", "true", "1", "نعم", "أوافق", "صح")}
_NO = {fold(word) for word in ("no", "n", "false", "0", "لا", "خطأ")}
_LEADING = re.compile(r"-?\d+(?:\.\d+)?")
_DAY = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(am|pm|ص|م)?)?\s*\Z",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[;|،؛\n,]")


class RowWrong(Exception):
    """`code` and the heading of the column; codes besides those of AnswerWrong: no_date, future, nothing."""

    def __init__(self, code: str, column: str = "", facts: Mapping[str, object] | None = None) -> None:
        super().__init__(code, column)
        self.code, self.column, self.facts = code, column, facts or {}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a row says."""

    at: datetime
    customer: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Value] = field(default_factory=dict)


def list_targets(content: Content) -> Targets:
    """By target: the question, its words, of a matrix the row's words. A contact has a target for each of its parts."""
    found: Targets = {}
    for question in content.questions:
        if question.type in LEFT_OUT:
            continue
        if question.type == QuestionType.CONTACT:
            for part in list_contact_fields(question):
                found[f"{ASKS}{question.key}.{part}"] = (question, question.text, None)
            continue
        rows = {f"{question.key}.{row.key}": row.text for row in question.rows}
        for key in question.answer_keys:
            found[f"{ASKS}{key}"] = (question, question.text, rows.get(key))
    return found


def guess_columns(headers: Sequence[str], rows: Sequence[Sequence[str]], content: Content) -> list[str]:
    """The target of each column, "" where none fits; by its heading first, then by what stands in it."""
    guess = _Guess(headers, rows)
    targets = list_targets(content)
    guess.by_words(targets)
    guess.by_names()
    guess.by_types(targets)
    guess.by_cells()
    return guess.chosen


class _Guess:
    """Columns as they find their targets; each target is taken once."""

    def __init__(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.headers = [fold(header) for header in headers]
        self.cells = [
            [row[place] for row in rows[:_SAMPLE] if row[place]] for place in range(len(self.headers))
        ]
        self.chosen = [""] * len(self.headers)

    def take(self, place: int, target: str) -> None:
        if not self.chosen[place] and target not in self.chosen:
            self.chosen[place] = target

    def by_words(self, targets: Targets) -> None:
        """The heading is the question itself, or its key."""
        for target, (question, words, row_words) in targets.items():
            said = {} if question.type == QuestionType.CONTACT else row_words or words
            names = {fold(text) for text in said.values() if text} | {target[len(ASKS) :]}
            for place, header in enumerate(self.headers):
                if header and header in names:
                    self.take(place, target)

    def by_names(self) -> None:
        """The heading has a word that tools use for dates, people and places."""
        for target, names in _NAMES.items():
            known = set(fold(names).split())
            for place, header in enumerate(self.headers):
                fits = target != AT or _are_moments(self.cells[place])
                if fits and known & set(re.split(r"[\s_/-]+", header)):
                    self.take(place, target)

    def by_types(self, targets: Targets) -> None:
        """The heading speaks of what the question measures, and its cells can be read."""
        for target, (question, _words, row_words) in targets.items():
            parts = () if row_words else _OF_TYPES.get(question.type, ())
            for place, header in enumerate(self.headers):
                named = any(part in header for part in parts)
                if named and _mostly(_reads(question, cell) for cell in self.cells[place]):
                    self.take(place, target)

    def by_cells(self) -> None:
        for place, cells in enumerate(self.cells):
            if _are_moments(cells):
                self.take(place, AT)
            elif _mostly("@" in cell for cell in cells):
                self.take(place, CUSTOMER)


def _are_moments(cells: Sequence[str]) -> bool:
    return _mostly(bool(read_moment(cell, ZoneInfo("UTC"))) for cell in cells)


def _mostly(fits: Iterable[bool]) -> bool:
    told = list(fits)
    return bool(told) and sum(told) > len(told) / 2


def _reads(question: Question, cell: str) -> bool:
    try:
        read_cell(question, question.key, cell)
    except AnswerWrong:
        return False
    return True


def is_day_first(cells: Sequence[str]) -> bool:
    """Whether 3/4 is the third of April; so unless a day gives it away."""
    parts = [found for cell in cells if (found := _DAY.match(latin_digits(without_marks(cell))))]
    return any(int(one[1]) > 12 for one in parts) or not any(int(one[2]) > 12 for one in parts)


def read_moment(text: str, zone: ZoneInfo, *, day_first: bool = True) -> datetime | None:
    """In UTC; None where it is no time. A time without a zone is the business's."""
    said = latin_digits(without_marks(text))
    try:
        moment: datetime | None = datetime.fromisoformat(said)
    except ValueError:
        moment = _read_parts(said, day_first=day_first)
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _read_parts(said: str, *, day_first: bool) -> datetime | None:
    found = _DAY.match(said)
    if not found:
        return None
    first, second, third = (int(found[place]) for place in (1, 2, 3))
    year, month, day = (first, second, third) if first > 31 else (third, second, first)
    if first <= 31 and not day_first:
        month, day = day, month
    hour = int(found[4] or 0)
    if half := (found[7] or "").casefold():
        hour = hour % 12 + (12 if half in {"pm", "م"} else 0)
    try:
        return datetime(year, month, day, hour, int(found[5] or 0), int(found[6] or 0))  # noqa: DTZ001
    except ValueError:
        return None


class RowReader:
    """Reads the rows of one file by what its columns answer."""

    def __init__(
        self, table: "Table", targets: Sequence[str], content: Content, *, zone: ZoneInfo, now: datetime
    ) -> None:
        self.table, self.targets, self.content, self.zone, self.now = table, targets, content, zone, now
        place = targets.index(AT)
        self.day_first = is_day_first([cells[place] for _line, cells in table.rows])

    def get_line(self, place: int) -> int:
        """In the file."""
        return self.table.rows[place][0]

    def read(self, place: int) -> Told:
        """Raises RowWrong."""
        return read_row(
            self.table.headers,
            self.table.rows[place][1],
            self.targets,
            self.content,
            zone=self.zone,
            now=self.now,
            day_first=self.day_first,
        )


def is_anonymous_target(target: str, content: Content) -> bool:
    """Whether what stands in such a column may be known of an anonymous response; its time is coarser."""
    question = list_targets(content).get(target)
    if question is not None:
        return question[0].type != QuestionType.CONTACT
    return target in ABOUT and target != "order_ref"


def read_row(
    headers: Sequence[str],
    cells: Sequence[str],
    targets: Sequence[str],
    content: Content,
    *,
    zone: ZoneInfo,
    now: datetime,
    day_first: bool = True,
) -> Told:
    """Raises RowWrong at the first cell that cannot be taken."""
    asked = list_targets(content)
    at: datetime | None = None
    told: dict[str, str] = {}
    answers: dict[str, Value] = {}
    contacts: dict[str, dict[str, str]] = {}
    for header, cell, target in zip(headers, cells, targets, strict=True):
        if target == AT:
            at = _read_at(header, read_moment(cell, zone, day_first=day_first), now)
        elif target in asked and cell and asked[target][0].type == QuestionType.CONTACT:
            contacts.setdefault(target.removeprefix(ASKS), {})[header] = cell
        elif target in asked and cell:
            answers |= _read_answer(header, asked[target][0], target.removeprefix(ASKS), cell)
        elif target in ABOUT or target == CUSTOMER:
            told[target] = cell
    if at is None:
        raise RowWrong("no_date")
    reached = _read_contacts(contacts, asked, answers)
    if not answers:
        raise RowWrong("nothing")
    return Told(at=at, customer=told.pop(CUSTOMER, "") or reached, about=told, answers=answers)


def _read_contacts(
    contacts: Mapping[str, Mapping[str, str]], asked: Targets, answers: dict[str, Value]
) -> str:
    """Adds what the parts of a contact come to; returns by what its person can be found, an e-mail before a phone."""
    reached = {"email": "", "phone": ""}
    fields: dict[str, dict[str, list[str]]] = {}
    header = ""
    for name, parts in contacts.items():
        key, _dot, part = name.partition(".")
        header, cell = next(iter(parts.items()))
        fields.setdefault(key, {})[f"{PREFIX}{name}"] = [cell]
        if part in reached:
            reached[part] = cell
    for key, told in fields.items():
        question = next(one for one, _words, _row in asked.values() if one.key == key)
        try:
            answers |= take_answer(replace(question, required=False), told, files={})
        except AnswerWrong as error:
            raise RowWrong(error.code, header, error.facts) from error
    return reached["email"] or reached["phone"]


def _read_at(header: str, at: datetime | None, now: datetime) -> datetime:
    if at is None or at.year < 2000:
        raise RowWrong("no_date", header)
    if at > now:
        raise RowWrong("future", header)
    return at


def _read_answer(header: str, question: Question, key: str, cell: str) -> dict[str, Value]:
    try:
        value = read_cell(question, key, cell)
    except AnswerWrong as error:
        raise RowWrong(error.code, header, error.facts) from error
    return {key: value} if value.is_answered else {}


def read_cell(question: Question, key: str, cell: str) -> Value:
    """As if somebody had answered so on our page. Raises AnswerWrong."""
    name = f"{PREFIX}{key}"
    asked = replace(question, required=False)
    if question.type == QuestionType.FILE:
        if len(cell) > LINK_LETTERS_MAX:
            raise AnswerWrong("too_long", limit=LINK_LETTERS_MAX)
        return Value(text=cell)
    if question.type in CHOOSING:
        fields = _choose(asked, name, cell)
    elif question.type in SCALES:
        number = _LEADING.match(latin_digits(without_marks(cell)))
        fields = {name: [number[0] if number else cell]}
    elif question.type in {QuestionType.YES_NO, QuestionType.CONSENT}:
        said = fold(cell)
        if said not in _YES | _NO:
            raise AnswerWrong("unknown_choice")
        is_yes = said in _YES
        fields = {name: [YES if is_yes else NO if question.type == QuestionType.YES_NO else ""]}
    elif question.type == QuestionType.DATE:
        moment = read_moment(cell, ZoneInfo("UTC"))
        fields = {name: [moment.date().isoformat() if moment else cell]}
    else:
        fields = {name: [cell]}
    if cell == SAYS_NA:
        raise AnswerWrong("unknown_choice")
    return take_answer(asked, fields, files={})[key]


def _choose(question: Question, name: str, cell: str) -> dict[str, list[str]]:
    """By the words of an option in any language, or its key; several are parted by commas or semicolons."""
    known = {option.key: option.key for option in question.options}
    for option in question.options:
        known |= {fold(text): option.key for text in option.text.values() if text}
    whole = known.get(cell) or known.get(fold(cell))
    several = question.type in {QuestionType.MULTIPLE, QuestionType.PICTURE, QuestionType.RANKING}
    parts = [cell] if whole or not several else [part for part in _PARTS.split(cell) if part.strip()]
    keys: list[str] = []
    strange: list[str] = []
    for part in parts:
        key = known.get(part.strip()) or known.get(fold(part))
        (keys if key else strange).append(key or part.strip())
    if strange and not question.other:
        raise AnswerWrong("unknown_choice")
    if question.type == QuestionType.RANKING:
        return {f"{name}.{key}": [str(rank)] for rank, key in enumerate(keys, 1)}
    if strange:
        return {name: [*keys, OTHER], f"{name}.{SAYS_OTHER}": ["; ".join(strange)]}
    return {name: keys}
