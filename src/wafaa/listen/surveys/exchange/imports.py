"""One import of another tool's answers: how far it is, what came of it, and the rows that were refused, as a file."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.kit.tables import Cell, answer_table
from wafaa.listen.surveys.actions import cancel_import
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.errors import ImportMissing
from wafaa.listen.surveys.exchange.incoming import REASONS, WRONG_SHOWN, say_refusal
from wafaa.listen.surveys.models import AnswerImport


@edits
@require_GET
def one_import(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    imported = _get(import_uuid)
    frame = build_frame(request, imported.survey, "survey-answers")
    survey = imported.survey
    trail = [
        *frame["trail"],
        (survey.name, reverse("survey-answers", args=[survey.uuid])),
        (_("Bring answers along"), reverse("survey-import", args=[survey.uuid])),
    ]
    context = {**frame, **_describe(imported), "trail": trail}
    return render(request, "survey_console/import_one.html", context)


@edits
@require_GET
def import_state(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    imported = _get(import_uuid)
    response = render(request, "survey_console/import_state.html", _describe(imported))
    if not imported.is_moving:
        response["HX-Refresh"] = "true"
    return response


@edits
@require_POST
def cancel(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    cancel_import(import_uuid=_get(import_uuid).uuid, by=request.staff)
    return redirect("survey-import-one", import_uuid)


@edits
@require_GET
def refused(request: StaffRequest, import_uuid: uuid.UUID) -> StreamingHttpResponse:
    """Every row that was not taken, in the reader's language."""
    head = [_("Line"), _("Column"), _("Why")]
    return answer_table(request, "refused-answers", head, _list_refused(_get(import_uuid)))


def _list_refused(imported: AnswerImport, limit: int | None = None) -> Iterator[list[Cell]]:
    found = imported.refused_rows.order_by("line", "id")
    for one in found[:limit] if limit else found.iterator():
        yield [one.line, one.column, say_refusal(one.code, one.facts)]


def _get(import_uuid: uuid.UUID) -> AnswerImport:
    """Raises ImportMissing."""
    found = AnswerImport.objects.select_related("survey", "staff").filter(uuid=import_uuid).first()
    if found is None:
        raise ImportMissing
    return found


def _describe(imported: AnswerImport) -> dict[str, Any]:
    return {
        "imported": imported,
        "reason": REASONS.get(imported.error, ""),
        "wrong": [] if imported.is_moving else list(_list_refused(imported, WRONG_SHOWN)),
    }
