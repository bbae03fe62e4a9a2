"""Files that came as answers: the list of a survey's, and their download: never shown by the browser, always saved."""

import uuid
from collections.abc import Collection

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.http import StaffRequest
from wafaa.listen.surveys.builder.frame import build_frame, sees
from wafaa.listen.surveys.errors import UploadLost, UploadMissing
from wafaa.listen.surveys.exchange.showing import name_question
from wafaa.listen.surveys.models import Upload
from wafaa.listen.surveys.queries import get_questions, get_survey
from wafaa.listen.surveys.rules.files import KINDS

PAGE_ROWS = 50


@sees
@require_GET
def uploads(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """The last first, without those of tests."""
    survey = get_survey(survey_uuid)
    found = Upload.objects.filter(response__survey=survey, response__is_test=False)
    page = Paginator(found.select_related("response").order_by("-id"), PAGE_ROWS).get_page(
        request.GET.get("page")
    )
    questions = {one.key: name_question(one) for one in get_questions(survey)}
    frame = build_frame(request, survey, "survey-answers")
    context = {
        **frame,
        "trail": [*frame["trail"], (survey.name, reverse("survey-answers", args=[survey.uuid]))],
        "page": page,
        "rows": [
            {"upload": one, "question": questions.get(one.question_key, one.question_key)} for one in page
        ],
    }
    return render(request, "survey_console/uploads.html", context)


@sees
@require_GET
def upload(request: StaffRequest, upload_uuid: uuid.UUID) -> FileResponse:
    """Who took which file stands in the trail. Raises UploadMissing, UploadLost."""
    found = Upload.objects.select_related("response__survey").filter(uuid=upload_uuid).first()
    if found is None:
        raise UploadMissing
    try:
        content = (settings.FILES_ROOT / "answers" / found.stored_as).open("rb")
    except FileNotFoundError as error:
        raise UploadLost from error
    record_change(
        staff=request.staff,
        deed="download_answer_file",
        subject=str(found.response.survey.uuid),
        after={"kind": found.kind, "bytes": found.bytes, "file": str(found.uuid)},
    )
    response = FileResponse(content, content_type=KINDS[found.kind][0])
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["Content-Length"] = found.bytes
    # Strangers sent it: whatever it holds, the browser neither guesses a kind nor runs anything of it beside our pages.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def map_uploads(response_ids: Collection[int]) -> dict[tuple[int, str], Upload]:
    """By response and question."""
    found = Upload.objects.filter(response__in=list(response_ids))
    return {(one.response_id, one.question_key): one for one in found}


def make_address(upload: Upload) -> str:
    return reverse("survey-upload", args=[upload.uuid])
