"""What was answered, in words: of one answer, and of a response's cells in a table."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from wafaa.kit.tables import Cell
from wafaa.listen.surveys.builder.words import pick
from wafaa.listen.surveys.models import Answer
from wafaa.listen.surveys.queries import AskedQuestion

OTHER = "other"


def say_answer(answer: Answer, asked: AskedQuestion | None) -> str:
    """In the reader's language; of scales the number with its highest value."""
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
    return answer.text


def name_question(asked: AskedQuestion) -> str:
    said = pick(asked.words) or asked.key
    return f"{said}: {pick(asked.row_words)}" if asked.row_words else said


def to_cell(answer: Answer | None, asked: AskedQuestion) -> Cell:
    """A number where it is one, else the words."""
    if answer is None:
        return None
    if answer.number is not None and not answer.choices and not answer.not_applicable:
        return int(answer.number) if answer.number == int(answer.number) else answer.number
    return say_answer(answer, asked) or None


def map_answers(answers: Any) -> Mapping[str, Answer]:
    return {answer.question_key: answer for answer in answers}
