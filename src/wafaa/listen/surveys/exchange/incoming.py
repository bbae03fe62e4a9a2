"""The page on which answers of another tool come in: a file, its columns matched to questions, a look, the import."""

import uuid
from collections.abc import Mapping, Sequence
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
from wafaa.listen.surveys.actions import request_import
from wafaa.listen.surveys.actions.importing import find_people
from wafaa.listen.surveys.answering.views import say_house
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.builder.words import Label, pick
from wafaa.listen.surveys.errors import TableRefused
from wafaa.listen.surveys.exchange.matching import (
    AT,
    CUSTOMER,
    RowReader,
    RowWrong,
    Told,
    guess_columns,
    list_targets,
)
from wafaa.listen.surveys.exchange.showing import read_contact
from wafaa.listen.surveys.exchange.tables import Table, find_table, keep_table, read_table
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_content, get_survey
from wafaa.listen.surveys.rules.content import Content, Question, QuestionType
from wafaa.listen.surveys.rules.given import Value
from wafaa.listen.surveys.words import say_answer

SHOWN_FIRST = 5
# Whether the columns are right shows in so many rows; the worker looks at all of them.
LOOKED_AT = 500
WRONG_SHOWN = 50
IMPORTS_SHOWN = 5
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
    "size": _("The file is empty, or larger than 20 MB."),
    "rows": _("The file has more than 100,000 rows. Cut it in two."),
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
    frame["imports"] = survey.answer_imports.select_related("staff").order_by("-id")[:IMPORTS_SHOWN]
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
    """The columns with what they answer; with the deed `import` the worker takes all rows that can be read."""
    content = get_content(survey.current_version_id or 0)
    targets = _read_targets(request, table, content)
    problem = _find_problem(targets)
    looked = Looked(good=[], wrong=[]) if problem else look_at(table, targets, content)
    if request.method == "POST" and request.POST.get("deed") == "import" and not problem:
        asked = request_import(survey=survey, table=table, targets=targets, by=request.staff)
        return redirect("survey-import-one", asked.uuid)
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
        "rows_count": len(table.rows) if looked.good else 0,
        "looked_at": LOOKED_AT if len(table.rows) > LOOKED_AT else 0,
        "first": _show_first(looked.good[:SHOWN_FIRST], choices, content),
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
    parts = say_house()
    questions: list[tuple[str, Label]] = []
    for key, (question, words, row) in list_targets(content).items():
        part = parts[key.rpartition(".")[2]] if question.type == QuestionType.CONTACT else pick(row)
        questions.append((key, f"{pick(words)}: {part}" if part else pick(words)))
    return [*ABOUT_WORDS.items(), *questions]


def look_at(table: Table, targets: Sequence[str], content: Content) -> Looked:
    """The first rows, read or refused with the reason."""
    reader = RowReader(table, targets, content, zone=get_business().zone, now=clock.now())
    good: list[tuple[int, Told]] = []
    wrong: list[tuple[int, str, str]] = []
    for place in range(min(len(table.rows), LOOKED_AT)):
        line = reader.get_line(place)
        try:
            good.append((line, reader.read(place)))
        except RowWrong as error:
            wrong.append((line, error.column, say_refusal(error.code, error.facts)))
    return Looked(good=good, wrong=wrong)


def say_refusal(code: str, facts: Mapping[str, object]) -> str:
    return str(ROW_WORDS.get(code) or say_answer(code, dict(facts)))


def _show_first(
    rows: Sequence[tuple[int, Told]], choices: Sequence[tuple[str, Label]], content: Content
) -> list[dict[str, Any]]:
    labels = dict(choices)
    options = {option.key: pick(option.text) for question in content.questions for option in question.options}
    asked = {key: question for question in content.questions for key in question.answer_keys}
    people = {} if content.anonymous else find_people([told.customer for _line, told in rows])
    return [
        {
            "line": line,
            "at": told.at,
            "customer": told.customer,
            "is_known": told.customer in people,
            "said": [
                (labels.get(f"q:{key}") or pick(asked[key].text), _say_value(value, asked[key], options))
                for key, value in told.answers.items()
            ],
        }
        for line, told in rows
    ]


def _say_value(value: Value, question: Question, options: Mapping[str, str]) -> str:
    if value.choices:
        return " · ".join(options.get(one, one) for one in value.choices)
    if value.number is not None:
        return f"{value.number.normalize():f}"
    is_contact = question.type == QuestionType.CONTACT
    return isolate(" · ".join(read_contact(value.text).values()) if is_contact else value.text)
