"""What was answered, in words: of one answer, and of a response's cells in a table."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from wafaa.kit.tables import Cell
from wafaa.listen.surveys.builder.words import pick
from wafaa.listen.surveys.models import Answer
from wafaa.listen.surveys.queries import AskedQuestion
from wafaa.listen.surveys.rules.content import QuestionType

OTHER = "other"
_LINK = re.compile(r"https?://[^\s<>\"']{3,2000}")


def say_answer(answer: Answer, asked: AskedQuestion | None, *, sees_personal: bool = True) -> str:
    """In the reader's language; of scales the number with its highest value; of contacts only for who may see them."""
    if answer.not_applicable:
        return _("does not apply")
    if answer.choices:
        words = {key: pick(text) for key, text in asked.options} if asked else {}
        words |= {"yes": words.get("yes", _("yes")), "no": words.get("no", _("no"))}
        said = " · ".join(words.get(key, key) for key in answer.choices if key != OTHER or not answer.text)
        return " · ".join(part for part in (said, answer.text) if part)
    if answer.number is not None:
        number = f"{answer.number.normalize():f}"
        is_scale = asked is not None and asked.type in {"nps", "csat", "ces", "rating"}
        return f"{number}/{asked.last}" if is_scale and asked else number
    if answer.type == QuestionType.CONTACT and answer.text:
        return " · ".join(read_contact(answer.text).values()) if sees_personal else _("hidden")
    return answer.text


def read_contact(text: str) -> dict[str, str]:
    """Name, e-mail and phone of an answer's text, which is JSON."""
    try:
        told = json.loads(text)
    except ValueError:
        return {"name": text}
    return {str(part): str(value) for part, value in told.items()} if isinstance(told, dict) else {}


def find_link(answer: Answer) -> str:
    """Where a file lies that another tool kept; "" where the text is no address."""
    is_link = answer.type == QuestionType.FILE and _LINK.fullmatch(answer.text)
    return answer.text if is_link else ""


def name_question(asked: AskedQuestion) -> str:
    said = pick(asked.words) or asked.key
    return f"{said}: {pick(asked.row_words)}" if asked.row_words else said


def to_cell(answer: Answer | None, asked: AskedQuestion, *, sees_personal: bool = True) -> Cell:
    """A number where it is one, else the words."""
    if answer is None:
        return None
    if answer.number is not None and not answer.choices and not answer.not_applicable:
        return int(answer.number) if answer.number == int(answer.number) else answer.number
    if asked.type == QuestionType.CONTACT and not sees_personal:
        return None
    return say_answer(answer, asked) or None


def map_answers(answers: Any) -> Mapping[str, Answer]:
    return {answer.question_key: answer for answer in answers}
