"""One question by groups, two groups against each other, and two questions against each other."""

import uuid
from collections.abc import Mapping
from typing import get_args

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.learn.scores.queries import get_breakdown, get_crosstab
from wafaa.learn.scores.rules import Breakdown, By, CrossCell, Crosstab
from wafaa.listen.surveys.queries import get_survey
from wafaa.show.answers.asking import ask
from wafaa.show.answers.labels import BY_WORDS, QuestionWords, read_words
from wafaa.show.answers.pages.parts import frame_context, trail_context
from wafaa.show.answers.showing import name_choice, show_groups, write_spread
from wafaa.show.answers.words import write_comparison
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import receipt_context
from wafaa.show.words import number, percent, say

SCORED = ("nps", "csat", "ces", "rating", "yes_no")
CROSSED = (*SCORED, "single", "multiple", "picture", "matrix")
# By what a survey's answers are told apart first.
USUAL: By = "channel"


def read_by(asked: Mapping[str, str], usual: By) -> By:
    found = asked.get("by", "")
    return next((by for by in get_args(By) if by == found), usual)


@requires(Capability.SEE_ANSWERS)
@require_GET
@waits_for_figures
def groups(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    asked, words = ask(request, survey), read_words(survey)
    scored = {key: told for key, told in words.items() if told.type in SCORED}
    by, context = read_by(request.GET, USUAL), {}
    question = request.GET.get("question", "")
    question = question if question in scored else next(iter(scored), "")
    if question:
        pair = tuple(value[:100] for name in ("a", "b") if (value := request.GET.get(name, "")))
        answer = get_breakdown(asked.sieve, by, question=question, against=pair)
        context = show_breakdown(answer, pair) | receipt_context(answer.receipt)
    context |= {
        **frame_context(request, asked, []),
        **trail_context(survey, asked.query),
        "survey": survey,
        "questions": [(key, told.text, key == question) for key, told in scored.items()],
        "by": by,
        "breakdowns": [(key, label, key == by) for key, label in BY_WORDS.items() if key != "survey"],
    }
    return render(request, "answers/groups.html", context)


def show_breakdown(answer: Breakdown, pair: tuple[str, ...]) -> dict[str, object]:
    """Groups with their fair scores; two that were chosen are compared in a sentence."""
    shown = show_groups(answer)
    names = {group.group: group.name for group in shown}
    return {
        "groups": shown,
        "by_label": BY_WORDS[answer.by],
        "spread": write_spread(answer),
        "first": pair[0] if pair else "",
        "second": pair[1] if len(pair) > 1 else "",
        "compared": write_comparison(answer.difference, names[pair[0]], names[pair[1]])
        if answer.difference
        else "",
    }


@requires(Capability.SEE_ANSWERS)
@require_GET
@waits_for_figures
def crossed(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    asked, words = ask(request, survey), read_words(survey)
    offered = {key: told for key, told in words.items() if told.type in CROSSED}
    keys = list(offered)
    row = request.GET.get("row", "") if request.GET.get("row", "") in offered else next(iter(keys), "")
    others = [key for key in keys if key != row]
    column = request.GET.get("column", "")
    column = column if column in others else next(iter(others), "")
    context: dict[str, object] = {
        **frame_context(request, asked, []),
        **trail_context(survey, asked.query),
        "survey": survey,
        "rows_offered": [(key, told.text, key == row) for key, told in offered.items()],
        "columns_offered": [(key, told.text, key == column) for key, told in offered.items()],
    }
    if row and column:
        answer = get_crosstab(asked.sieve, row, column)
        context |= show_crosstab(answer, offered[row], offered[column]) | receipt_context(answer.receipt)
    return render(request, "answers/crossed.html", context)


def show_crosstab(answer: Crosstab, row: QuestionWords, column: QuestionWords) -> dict[str, object]:
    return {
        "table": [
            (_name(row, name), sum(cell.n for cell in cells), [_show_cell(cell) for cell in cells])
            for name, cells in zip(answer.rows, answer.cells, strict=True)
        ],
        "columns": [_name(column, name) for name in answer.columns],
        "row_text": row.text,
        "column_text": column.text,
        "crosstab": answer,
        "strength": number(answer.strength, 2) if answer.strength is not None else say(""),
    }


def _name(words: QuestionWords, told: str) -> str:
    if told in words.options or not told.lstrip("-").isdigit():
        return name_choice(words, told, None)
    return name_choice(words, "", int(told))


def _show_cell(cell: CrossCell) -> dict[str, object]:
    return {
        "n": cell.n,
        "share": percent(cell.share, 0) if cell.share is not None else say(""),
        "side": {1: "more-than", -1: "less-than"}.get(cell.side, ""),
        "is_small": cell.is_small,
    }
