"""The page on which answers of another tool come in: a file, its columns matched to questions, a look, the import."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from wafaa.access.business.queries import get_business
from wafaa.access.staff.http import StaffRequest
from wafaa.kit import clock
from wafaa.kit.text import isolate
from wafaa.listen.surveys.actions.importing import find_people, import_answers
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.builder.words import Label, pick
from wafaa.listen.surveys.errors import TableRefused
from wafaa.listen.surveys.exchange.matching import (
    AT,
    CUSTOMER,
    RowWrong,
    Told,
    guess_columns,
    is_day_first,
    list_targets,
    read_row,
)
from wafaa.listen.surveys.exchange.tables import Table, find_table, forget_table, keep_table, read_table
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_content, get_survey
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.words import say_answer

LOOKED_AT = 5
WRONG_SHOWN = 200
ABOUT_WORDS: dict[str, Label] = {
    "": _("Leave it out"),
    AT: _("When it was answered"),
    CUSTOMER: _("Who answered (e-mail, phone or customer number)"),
    "language": pgettext_lazy("customer", "Language"),
    "store": _("Store"),
    "agent": _("Agent"),
    "touchpoint": _("Touchpoint"),
    "order_ref": _("Order number"),
}
ROW_WORDS: dict[str, Label] = {
    "no_date": _("There is no date that can be read."),
    "future": _("The date lies in the future."),
    "nothing": _("No question is answered here."),
}
REASONS: dict[str, Label] = {
    "size": _("The file is empty, or larger than 5 MB."),
    "rows": _("The file has more than 20,000 rows. Cut it in two."),
    "columns": _("The file has more than 200 columns."),
    "empty": _("The file has no rows below its headings."),
    "kind": _("This is neither a CSV nor an Excel file (XLSX) that can be read."),
    "gone": _("This file is not kept any more. Upload it again; nothing is imported twice."),
}


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the rows say by the chosen columns."""

    good: list[tuple[int, Told]]
    wrong: list[tuple[int, str, str]]  # line, column, why


@edits
@require_http_methods(["GET", "POST"])
def import_(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    frame: dict[str, Any] = build_frame(request, survey, "survey-answers")
    frame["trail"] = [*frame["trail"], (survey.name, reverse("survey-answers", args=[survey.uuid]))]
    frame["is_published"] = survey.current_version_id is not None
    if survey.current_version_id is None:
        return render(request, "survey_console/import.html", frame)
    try:
        file = request.FILES.get("file") if request.method == "POST" else None
        if isinstance(file, UploadedFile):
            table = read_table(file)
            keep_table(survey.uuid, table)
            return redirect(f"{reverse('survey-import', args=[survey.uuid])}?file={table.sha}")
        sha = request.GET.get("file", "")
        if sha or request.method == "POST":
            return _match(request, survey, find_table(survey.uuid, sha), frame)
    except TableRefused as error:
        frame["problem"] = REASONS[error.reason]
        return render(request, "survey_console/import.html", frame, status=422)
    return render(request, "survey_console/import.html", frame)


def _match(request: StaffRequest, survey: Survey, table: Table, frame: dict[str, Any]) -> HttpResponse:
    """The columns with what they answer; with the deed `import` all rows that can be read are taken."""
    content = get_content(survey.current_version_id or 0)
    targets = _read_targets(request, table, content)
    problem = _find_problem(targets)
    looked = Looked(good=[], wrong=[]) if problem else look_at(table, targets, content)
    if request.method == "POST" and request.POST.get("deed") == "import" and not problem:
        told = import_answers(survey=survey, sha=table.sha, rows=looked.good, by=request.staff)
        forget_table(survey.uuid, table.sha)
        done = {**frame, "done": told, "wrong": looked.wrong[:WRONG_SHOWN], "wrong_count": len(looked.wrong)}
        return render(request, "survey_console/import.html", done)
    choices = list_choices(content)
    columns = [
        {
            "name": f"c.{place}",
            "header": header,
            "sample": [cells[place] for _line, cells in table.rows[:3] if cells[place]],
            "choices": [(key, label, key == targets[place]) for key, label in choices],
        }
        for place, header in enumerate(table.headers)
    ]
    context = {
        **frame,
        "columns": columns,
        "problem": problem,
        "good_count": len(looked.good),
        "first": _show_first(looked.good[:LOOKED_AT], choices, content),
        "wrong": looked.wrong[:WRONG_SHOWN],
        "wrong_count": len(looked.wrong),
    }
    return render(request, "survey_console/import.html", context, status=422 if problem else 200)


def _read_targets(request: HttpRequest, table: Table, content: Content) -> list[str]:
    """As chosen; as guessed before anybody chose."""
    if request.method != "POST":
        return guess_columns(table.headers, [cells for _line, cells in table.rows], content)
    known = {key for key, _label in list_choices(content)}
    chosen = [request.POST.get(f"c.{place}", "") for place in range(len(table.headers))]
    return [target if target in known else "" for target in chosen]


def _find_problem(targets: Sequence[str]) -> Label:
    chosen = [target for target in targets if target]
    if AT not in chosen:
        return _("Choose the column that says when it was answered.")
    if len(set(chosen)) < len(chosen):
        return _("Two columns say the same. Leave one of them out.")
    if not any(target.startswith("q:") for target in chosen):
        return _("Choose at least one column that answers a question.")
    return ""


def list_choices(content: Content) -> list[tuple[str, Label]]:
    questions = [
        (key, f"{pick(words)}: {pick(row)}" if row else pick(words))
        for key, (_question, words, row) in list_targets(content).items()
    ]
    return [*ABOUT_WORDS.items(), *questions]


def look_at(table: Table, targets: Sequence[str], content: Content) -> Looked:
    """Every row, read or refused with the reason."""
    zone, now = get_business().zone, clock.now()
    place = targets.index(AT)
    day_first = is_day_first([cells[place] for _line, cells in table.rows])
    good: list[tuple[int, Told]] = []
    wrong: list[tuple[int, str, str]] = []
    for line, cells in table.rows:
        try:
            told = read_row(table.headers, cells, targets, content, zone=zone, now=now, day_first=day_first)
            good.append((line, told))
        except RowWrong as error:
            words = ROW_WORDS.get(error.code) or say_answer(error.code, dict(error.facts))
            wrong.append((line, error.column, str(words)))
    return Looked(good=good, wrong=wrong)


def _show_first(
    rows: Sequence[tuple[int, Told]], choices: Sequence[tuple[str, Label]], content: Content
) -> list[dict[str, Any]]:
    labels = dict(choices)
    options = {option.key: pick(option.text) for question in content.questions for option in question.options}
    people = {} if content.anonymous else find_people([told.customer for _line, told in rows])
    return [
        {
            "line": line,
            "at": told.at,
            "customer": told.customer,
            "is_known": told.customer in people,
            "said": [
                (
                    labels[f"q:{key}"],
                    " · ".join(options.get(one, one) for one in value.choices)
                    or (f"{value.number.normalize():f}" if value.number is not None else isolate(value.text)),
                )
                for key, value in told.answers.items()
            ],
        }
        for line, told in rows
    ]
