"""Readability for programs: a shop that checks its own texts before it publishes them."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Router, Schema

from wafaa.access.keys.api import ReadKey
from wafaa.kit.api import CleanText, Closed
from wafaa.science.readability import Readability, compare_texts, measure_text
from wafaa.show.readability.forms import TEXT_MAX
from wafaa.show.readability.words import FORMULAS, REASONS

router = Router(auth=ReadKey(), tags=["readability"])


class TextToMeasure(Closed):
    text: Annotated[CleanText, Field(min_length=1, max_length=TEXT_MAX)] = Field(
        description=gettext_noop("The text itself. It is measured and kept nowhere."),
        examples=["You can send goods back within 14 days."],
    )
    language: Literal["ar", "en"] | None = Field(
        None, description=gettext_noop("Found by itself where it is not given.")
    )


class ReasonItem(Schema):
    key: str = Field(description=gettext_noop("Its name for programs; it never changes."))
    label: str = Field(description=gettext_noop("Its name for people, in the language asked for."))


class AdviceItem(ReasonItem):
    advice: str = Field(description=gettext_noop("What to do about it."))


class FormulaItem(ReasonItem):
    value: float = Field(description=gettext_noop("What the formula says of the whole text."))


class SentenceItem(Schema):
    start: int = Field(description=gettext_noop("Where it begins, in characters."))
    end: int = Field(description=gettext_noop("Where it ends; that character is not in it any more."))
    grade: float = Field(description=gettext_noop("The school year that it asks for."))
    level: Literal["plain", "hard", "very_hard"] = Field(description=gettext_noop("How hard it is."))
    reasons: list[ReasonItem] = Field(description=gettext_noop("Why it is harder than it need be."))


class ReadabilityAnswer(Schema):
    language: Literal["ar", "en"] = Field(description=gettext_noop("By whose rules it was measured."))
    grade: float | None = Field(
        description=gettext_noop("The school year that the text asks for; null without any word.")
    )
    low: float | None = Field(description=gettext_noop("The grade is honest to within low and high."))
    high: float | None = Field(description=gettext_noop("The upper end of that range."))
    words: int = Field(description=gettext_noop("How many words it has."))
    is_enough: bool = Field(description=gettext_noop("False below 30 words: the grade is a guess then."))
    formulas: list[FormulaItem] = Field(description=gettext_noop("What known formulas say."))
    sentences: list[SentenceItem] = Field(description=gettext_noop("All sentences in their order."))
    advice: list[AdviceItem] = Field(description=gettext_noop("What would help most, first things first."))


@router.post(
    "/readability",
    response=ReadabilityAnswer,
    summary=gettext_noop("Measure how readable a text is"),
    description=gettext_noop(
        "Arabic and English, sentence by sentence. Vowel marks make no difference. Nothing is kept."
    ),
    operation_id="measure_readability",
)
def measure(request: HttpRequest, told: Annotated[TextToMeasure, Body()]) -> Any:
    return _say(measure_text(told.text, told.language))


class TextsToCompare(TextToMeasure):
    rewritten: Annotated[CleanText, Field(min_length=1, max_length=TEXT_MAX)] = Field(
        description=gettext_noop("The same, rewritten. It is measured in the language of the first.")
    )


class ComparedAnswer(Schema):
    before: ReadabilityAnswer = Field(description=gettext_noop("The text as it was."))
    after: ReadabilityAnswer = Field(description=gettext_noop("The text as it was rewritten."))
    easier_by: float | None = Field(
        description=gettext_noop("By so many school years; below nothing where it became harder.")
    )
    is_easier: bool = Field(description=gettext_noop("Only where the ranges of the two part."))


@router.post(
    "/readability/compare",
    response=ComparedAnswer,
    summary=gettext_noop("Compare a text with its rewriting"),
    description=gettext_noop("Both are measured as by the other address. Nothing is kept."),
    operation_id="compare_readability",
)
def compare(request: HttpRequest, told: Annotated[TextsToCompare, Body()]) -> Any:
    found = compare_texts(told.text, told.rewritten, told.language)
    return {
        "before": _say(found.before),
        "after": _say(found.after),
        "easier_by": found.easier_by,
        "is_easier": found.is_easier,
    }


def _say(found: Readability) -> dict[str, Any]:
    return {
        "language": found.language,
        "grade": found.grade,
        "low": found.low,
        "high": found.high,
        "words": found.words,
        "is_enough": found.is_enough,
        "formulas": [
            {"key": key, "label": str(FORMULAS[key]), "value": value} for key, value in found.formulas.items()
        ],
        "sentences": [
            {
                "start": one.start,
                "end": one.end,
                "grade": one.grade,
                "level": one.level,
                "reasons": [{"key": key, "label": str(REASONS[key].label)} for key in one.reasons],
            }
            for one in found.sentences
        ],
        "advice": [
            {"key": key, "label": str(REASONS[key].label), "advice": str(REASONS[key].advice)}
            for key in found.advice
        ],
    }
