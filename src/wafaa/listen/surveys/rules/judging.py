"""What a finished response says at a glance: its scores, whether somebody is unhappy, and whether it was answered in earnest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wafaa.listen.surveys.rules.given import Value
from wafaa.listen.surveys.rules.parts import SCALES, Content, Question, QuestionType, pick_words
from wafaa.listen.surveys.rules.piping import say_value

NPS_LOW, CES_LOW = 6, 3
CSAT_LOW = {5: 2, 10: 4}
RATING_LOW_SHARE = Decimal("0.4")
# Nobody reads 600 words a minute and thinks: twice the fastest speed that reading research reports.
WORDS_PER_SECOND_MAX = 10
SECONDS_PER_ANSWER_MIN = 0.7
# The same place on so many scales in a row says little.
STRAIGHT_FROM = 5
TEXT_LETTERS_TOLD = 5_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an event tells of a response besides its answers; see docs/decisions/0047-answers.md."""

    scores: dict[str, Any]
    is_low: bool
    lowest: dict[str, Any] | None


def is_low(question: Question, value: Value) -> bool:
    """Whether an answer on a scale is an unhappy one."""
    if value.number is None or question.type not in SCALES:
        return False
    match question.type:
        case QuestionType.NPS:
            return value.number <= NPS_LOW
        case QuestionType.CES:
            return value.number <= CES_LOW
        case QuestionType.CSAT:
            return value.number <= CSAT_LOW.get(question.last, question.last * 2 // 5)
    return _share(question, value) <= RATING_LOW_SHARE


def _share(question: Question, value: Value) -> Decimal:
    """How far up its scale, from 0 to 1."""
    assert value.number is not None
    return (value.number - question.first) / (question.last - question.first)


def judge(content: Content, answers: Mapping[str, Value]) -> Facts:
    """The first NPS, CSAT and CES, both measures of loyalty, and the lowest answer on a scale."""
    scores: dict[str, Any] = {}
    scaled: list[tuple[Decimal, Question, Value]] = []
    low = False
    for question in content.questions:
        value = answers.get(question.key)
        if value is None or not value.is_answered or value.not_applicable:
            continue
        if question.measure in ("return_intention", "preference"):
            scores.setdefault(question.measure, _plain(value))
        if question.type not in SCALES or value.number is None:
            continue
        scaled.append((_share(question, value), question, value))
        low = low or is_low(question, value)
        if question.type == QuestionType.CSAT:
            scores.setdefault("csat", {"value": int(value.number), "points": question.last})
        elif question.type in (QuestionType.NPS, QuestionType.CES):
            scores.setdefault(question.type.value, int(value.number))
    lowest = None
    if scaled:
        _part, question, value = min(scaled, key=lambda one: one[0])
        lowest = {
            "question": question.key,
            "type": question.type.value,
            "value": int(value.number or 0),
            "points": question.last,
        }
    return Facts(scores=scores, is_low=low, lowest=lowest)


def _plain(value: Value) -> Any:
    if value.choices:
        return value.choices[0] if len(value.choices) == 1 else list(value.choices)
    if value.number is not None:
        whole = value.number == value.number.to_integral_value()
        return int(value.number) if whole else float(value.number)
    return value.text


def describe_answers(
    content: Content, answers: Mapping[str, Value], language: str, *, anonymous: bool
) -> list[dict[str, Any]]:
    """As events tell them, in the survey's own words; of an anonymous one, not how to reach somebody."""
    told = []
    for question in content.questions:
        rows = {f"{question.key}.{row.key}": row for row in question.rows}
        for key in question.answer_keys:
            value = answers.get(key)
            if value is None or not value.is_answered:
                continue
            text = pick_words(question.text, language, content.main_language)
            if key in rows:
                text = f"{text} – {pick_words(rows[key].text, language, content.main_language)}"
            one: dict[str, Any] = {
                "question": key,
                "type": question.type.value,
                "measure": question.measure,
                "text_of_question": text,
            }
            if question.type == QuestionType.CONTACT and anonymous:
                told.append({**one, "text": ""})
                continue
            told.append({**one, **_describe_value(content, key, value, language)})
    return told


def _describe_value(content: Content, key: str, value: Value, language: str) -> dict[str, Any]:
    if value.not_applicable:
        return {"n_a": True}
    told: dict[str, Any] = {}
    if value.number is not None:
        told["value"] = _plain(Value(number=value.number))
    if value.choices:
        told["choices"] = list(value.choices)
        told["words"] = say_value(content, key, value, language)
    if value.text:
        told["text"] = value.text[:TEXT_LETTERS_TOLD]
    if value.points is not None:
        told["points"] = value.points
    return told


def is_speeder(questions: Sequence[Question], seconds: int, language: str, main_language: str) -> bool:
    """Faster than anybody reads the questions and taps."""
    words = sum(len(pick_words(one.text, language, main_language).split()) for one in questions)
    asked = sum(max(1, len(one.rows)) for one in questions if one.is_asked)
    if asked < 2:  # a single tap is quick, and honest
        return False
    return seconds < words / WORDS_PER_SECOND_MAX + asked * SECONDS_PER_ANSWER_MIN


def is_straight(content: Content, answers: Mapping[str, Value]) -> bool:
    """The same place on every scale and every row of a matrix, where there are enough of them."""
    places: list[tuple[str, Decimal | str]] = []
    for question in content.questions:
        for key in question.answer_keys:
            value = answers.get(key)
            if value is None:
                continue
            if question.type in SCALES and value.number is not None:
                places.append((f"scale {question.last}", value.number))
            elif question.type == QuestionType.MATRIX and value.choices:
                places.append((f"matrix {question.key}", value.choices[0]))
    return len(places) >= STRAIGHT_FROM and any(
        len(same) >= STRAIGHT_FROM and len(set(same)) == 1
        for same in ([place for kind, place in places if kind == one] for one in {kind for kind, _ in places})
    )
