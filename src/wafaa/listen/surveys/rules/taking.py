"""From the fields of a form to answers: each question type takes what it asked for and nothing else.

A field is named `a.<question>`; of a matrix `a.<question>.<row>`, of a ranking `a.<question>.<option>` (its rank), of a
contact `a.<question>.name`, and what was written beside "other" `a.<question>.-other`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from wafaa.kit.text import latin_digits, without_marks
from wafaa.listen.surveys.rules import LETTERS_MAX
from wafaa.listen.surveys.rules.given import NOTHING, Value
from wafaa.listen.surveys.rules.parts import CONTACT_FIELDS, OTHER, SCALES, Question, QuestionType

PREFIX = "a."
# No key of an option begins so.
SAYS_OTHER = "-other"
SAYS_NA = "-na"
YES, NO = "yes", "no"
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z")
_NUMBER_MAX = Decimal(10) ** 13

Fields = Mapping[str, Sequence[str]]


class AnswerWrong(Exception):
    """One question's answer cannot be taken; `code` and `facts` become words in words.py."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Answers by key, and what is wrong by question; "" stands for the form as a whole."""

    answers: dict[str, Value] = field(default_factory=dict)
    wrong: dict[str, AnswerWrong] = field(default_factory=dict)


def take_page(questions: Sequence[Question], fields: Fields, *, files: Mapping[str, str]) -> Taken:
    """The answers to the questions that the page shows. `files` are the names of those that came with it or before."""
    taken = Taken()
    for question in questions:
        try:
            taken.answers.update(take_answer(question, fields, files=files))
        except AnswerWrong as error:
            taken.wrong[question.key] = error
    known = {name for question in questions for name in list_names(question)}
    if strangers := sorted(name for name in fields if name.startswith(PREFIX) and name not in known):
        taken.wrong[""] = AnswerWrong("unknown_question", name=strangers[0].removeprefix(PREFIX)[:60])
    return taken


def list_names(question: Question) -> list[str]:
    """The names of its fields."""
    name = f"{PREFIX}{question.key}"
    match question.type:
        case QuestionType.STATEMENT:
            return []
        case QuestionType.MATRIX:
            return [f"{name}.{row.key}" for row in question.rows]
        case QuestionType.RANKING:
            return [f"{name}.{option.key}" for option in question.options]
        case QuestionType.CONTACT:
            return [f"{name}.{part}" for part in list_contact_fields(question)]
    return [name, f"{name}.{SAYS_OTHER}"] if question.other else [name]


def list_contact_fields(question: Question) -> list[str]:
    """Those that its options name, else all."""
    named = [option.key for option in question.options if option.key in CONTACT_FIELDS]
    return named or list(CONTACT_FIELDS)


def take_answer(question: Question, fields: Fields, *, files: Mapping[str, str]) -> dict[str, Value]:
    """By answer key. Raises AnswerWrong."""
    if not question.is_asked:
        return {}
    if question.type == QuestionType.MATRIX:
        return _take_matrix(question, fields)
    value = _take(question, fields, files)
    if question.required and not value.is_answered:
        raise AnswerWrong("required")
    return {question.key: value}


def _take(question: Question, fields: Fields, files: Mapping[str, str]) -> Value:
    if question.type == QuestionType.FILE:
        return Value(text=files.get(question.key, "")[: LETTERS_MAX["file_name"]])
    if take := _OF_FIELDS.get(question.type):
        return take(question, fields)
    text = _one(fields, f"{PREFIX}{question.key}")
    if text == SAYS_NA and question.not_applicable:
        return Value(not_applicable=True)
    if question.type in SCALES:
        return _take_scale(question, text)
    return _OF_TEXT.get(question.type, _take_text)(question, text)


def _take_text(question: Question, text: str) -> Value:
    return Value(text=_limit(text, _letters(question)))


def _letters(question: Question) -> int:
    most = LETTERS_MAX["short" if question.type == QuestionType.SHORT_TEXT else "text"]
    return min(question.max_length or most, LETTERS_MAX["text"])


def _one(fields: Fields, name: str) -> str:
    """The field's one text, trimmed; "" where it is missing."""
    values = fields.get(name, ())
    if len(values) > 1:
        raise AnswerWrong("several")
    return _clean(values[0]) if values else ""


def _clean(text: str) -> str:
    if "\0" in text:
        raise AnswerWrong("unreadable")
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half of a pair
        raise AnswerWrong("unreadable") from error
    return text.replace("\r\n", "\n").strip()


def _limit(text: str, letters: int) -> str:
    if len(text) > letters:
        raise AnswerWrong("too_long", limit=letters)
    return text


def _read_number(text: str) -> Decimal:
    try:
        number = Decimal(latin_digits(without_marks(text)).replace(",", ""))
    except InvalidOperation as error:
        raise AnswerWrong("no_number") from error
    if not number.is_finite() or abs(number) >= _NUMBER_MAX:
        raise AnswerWrong("no_number")
    return number


def _take_scale(question: Question, text: str) -> Value:
    if not text:
        return NOTHING
    number = _read_number(text)
    if number != number.to_integral_value() or not question.first <= number <= question.last:
        raise AnswerWrong("scale", low=question.first, high=question.last)
    return Value(number=number, points=question.last)  # of a scale, how long it is


def _take_choices(question: Question, fields: Fields) -> Value:
    name = f"{PREFIX}{question.key}"
    chosen = list(dict.fromkeys(_clean(text) for text in fields.get(name, ()) if text))
    if SAYS_NA in chosen and question.not_applicable:
        return Value(not_applicable=True)
    written = _one(fields, f"{name}.{SAYS_OTHER}") if question.other else ""
    points = {option.key: option.points for option in question.options}
    keys = [OTHER if question.other and key == SAYS_OTHER else key for key in chosen]
    if question.other and written and not keys:
        keys = [OTHER]  # who writes something else means it
    if any(key not in points and not (key == OTHER and question.other) for key in keys):
        raise AnswerWrong("unknown_choice")
    if question.type == QuestionType.SINGLE and len(keys) > 1:
        raise AnswerWrong("several")
    _count(question, keys)
    return Value(
        choices=tuple(keys),
        text=_limit(written, LETTERS_MAX["short"]) if OTHER in keys else "",
        points=sum(points.get(key, 0) for key in keys) if keys else None,
    )


def _count(question: Question, keys: Sequence[str]) -> None:
    if not keys or question.type == QuestionType.SINGLE:
        return
    if isinstance(question.min, int | float) and len(keys) < question.min:
        raise AnswerWrong("too_few", limit=int(question.min))
    if isinstance(question.max, int | float) and len(keys) > question.max:
        raise AnswerWrong("too_many", limit=int(question.max))


def _take_ranking(question: Question, fields: Fields) -> Value:
    ranks: dict[int, str] = {}
    for option in question.options:
        text = _one(fields, f"{PREFIX}{question.key}.{option.key}")
        if not text:
            continue
        rank = _read_number(text)
        if rank != rank.to_integral_value() or not 1 <= rank <= len(question.options):
            raise AnswerWrong("scale", low=1, high=len(question.options))
        if int(rank) in ranks:
            raise AnswerWrong("rank_twice", rank=int(rank))
        ranks[int(rank)] = option.key
    return Value(choices=tuple(ranks[rank] for rank in sorted(ranks)))


def _take_matrix(question: Question, fields: Fields) -> dict[str, Value]:
    points = {option.key: option.points for option in question.options}
    taken: dict[str, Value] = {}
    for row in question.rows:
        text = _one(fields, f"{PREFIX}{question.key}.{row.key}")
        if text == SAYS_NA and question.not_applicable:
            taken[f"{question.key}.{row.key}"] = Value(not_applicable=True)
            continue
        if text and text not in points:
            raise AnswerWrong("unknown_choice")
        if question.required and not text:
            raise AnswerWrong("required_rows")
        taken[f"{question.key}.{row.key}"] = Value(choices=(text,), points=points[text]) if text else NOTHING
    return taken


def _take_contact(question: Question, fields: Fields) -> Value:
    found = {}
    for part in list_contact_fields(question):
        if text := _limit(_one(fields, f"{PREFIX}{question.key}.{part}"), LETTERS_MAX["contact"]):
            found[part] = text
    if "email" in found and not _EMAIL.match(found["email"]):
        raise AnswerWrong("no_email")
    if "phone" in found:
        found["phone"] = latin_digits(without_marks(found["phone"]))
        if not re.fullmatch(r"\+?[\d\s().-]{5,30}", found["phone"]):
            raise AnswerWrong("no_phone")
    return Value(text=json.dumps(found, ensure_ascii=False)) if found else NOTHING


def _take_yes_no(question: Question, text: str) -> Value:
    if text not in ("", YES, NO):
        raise AnswerWrong("unknown_choice")
    return Value(choices=(text,), number=Decimal(text == YES)) if text else NOTHING


def _take_consent(question: Question, text: str) -> Value:
    if text not in ("", YES):
        raise AnswerWrong("unknown_choice")
    if not text and question.required:
        raise AnswerWrong("consent")
    return Value(number=Decimal(text == YES))


def _take_number(question: Question, text: str) -> Value:
    if not text:
        return NOTHING
    number = _read_number(text)
    if isinstance(question.min, int | float) and number < Decimal(str(question.min)):
        raise AnswerWrong("too_low", limit=question.min)
    if isinstance(question.max, int | float) and number > Decimal(str(question.max)):
        raise AnswerWrong("too_high", limit=question.max)
    return Value(number=number.quantize(Decimal("0.000001")).normalize())


def _take_date(question: Question, text: str) -> Value:
    if not text:
        return NOTHING
    try:
        day = date.fromisoformat(latin_digits(without_marks(text)).replace("/", "-"))
    except ValueError as error:
        raise AnswerWrong("no_day") from error
    if isinstance(question.min, str) and question.min and day.isoformat() < question.min:
        raise AnswerWrong("too_early", limit=question.min)
    if isinstance(question.max, str) and question.max and day.isoformat() > question.max:
        raise AnswerWrong("too_late", limit=question.max)
    return Value(text=day.isoformat())


# Types whose answer is more than one field, and those that read their one field in their own way.
_OF_FIELDS: dict[QuestionType, Callable[[Question, Fields], Value]] = {
    QuestionType.SINGLE: _take_choices,
    QuestionType.MULTIPLE: _take_choices,
    QuestionType.PICTURE: _take_choices,
    QuestionType.RANKING: _take_ranking,
    QuestionType.CONTACT: _take_contact,
}
_OF_TEXT: dict[QuestionType, Callable[[Question, str], Value]] = {
    QuestionType.YES_NO: _take_yes_no,
    QuestionType.CONSENT: _take_consent,
    QuestionType.NUMBER: _take_number,
    QuestionType.DATE: _take_date,
}
