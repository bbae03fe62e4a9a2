"""The answers of a survey: a list with search and filters, one response, and files."""

import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import Cell, answer_table
from wafaa.kit.text import fold
from wafaa.know.customers.queries import say_customer
from wafaa.know.journey.words import name_touchpoint
from wafaa.listen.surveys.builder.frame import build_frame, sees
from wafaa.listen.surveys.builder.words import KINDS, RESPONSE_STATES
from wafaa.listen.surveys.exchange.rows import show_row
from wafaa.listen.surveys.exchange.showing import find_link, map_answers, name_question, say_answer, to_cell
from wafaa.listen.surveys.exchange.uploads import make_address, map_uploads
from wafaa.listen.surveys.models import Answer, Response, Survey
from wafaa.listen.surveys.queries import AskedQuestion, get_questions, get_survey

PAGE_ROWS = 50
EXPORT_ROWS = 1_000
SEARCHED_MAX = 20_000


class FilterForm(forms.Form):
    q = forms.CharField(label=_("Words of an answer"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=pgettext_lazy("response", "State"),
        required=False,
        choices=[("", pgettext_lazy("response", "Every state")), *RESPONSE_STATES.items()],
    )
    channel = forms.ChoiceField(
        label=_("Way"), required=False, choices=[("", _("Every way")), *KINDS.items()]
    )
    test = forms.BooleanField(label=_("Test answers"), required=False)


def list_responses(survey: Survey, asked: dict[str, Any]) -> QuerySet[Response]:
    """The last first; test answers only where they are asked for."""
    found = Response.objects.filter(survey=survey, is_test=bool(asked.get("test"))).order_by(
        "-last_at", "-id"
    )
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    if asked.get("channel"):
        found = found.filter(channel=asked["channel"])
    if words := asked.get("q"):
        found = found.filter(
            Q(pk__in=_find_said(survey, words)) | Q(order_ref=words) | Q(agent=words) | Q(store=words)
        )
    return found


def _find_said(survey: Survey, words: str) -> list[int]:
    """Responses that say so, whatever the case, vowel marks and variants of letters; the last texts are looked through."""
    wanted = fold(words)
    texts = Answer.objects.filter(response__survey=survey).exclude(text="").order_by("-id")
    looked = texts.values_list("response_id", "text")[:SEARCHED_MAX]
    return list({number for number, text in looked if wanted in fold(text)})


@sees
@require_GET
def answers(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = list_responses(survey, asked).select_related("customer").prefetch_related("answers")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    questions = {one.key: one for one in get_questions(survey)}
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    context = {
        **build_frame(request, survey, "survey-answers"),
        "form": form,
        "page": page,
        "rows": [show_row(one, questions, sees_personal=sees_personal) for one in page],
        "is_narrowed": any(asked.values()),
        "has_files": any(one.type == "file" for one in questions.values()),
    }
    return render(request, "survey_console/answers.html", context)


@sees
@require_GET
def response(request: StaffRequest, response_uuid: uuid.UUID) -> HttpResponse:
    """Everything that one person said, with the way to the person."""
    found = (
        Response.objects.select_related("survey__current_version", "customer", "version", "collector")
        .filter(uuid=response_uuid)
        .first()
    )
    if found is None:
        raise Http404
    said = map_answers(found.answers.all())
    questions = [one for one in get_questions(found.survey) if one.key in said]
    files = map_uploads([found.pk])
    frame = build_frame(request, found.survey, "survey-answers")
    personal = request.staff.may(Capability.SEE_PERSONAL)
    context = {
        **frame,
        "response": found,
        "state": RESPONSE_STATES.get(found.state, found.state),
        "way": KINDS.get(found.channel, found.channel),
        "touchpoint": name_touchpoint(found.touchpoint),
        "who": say_customer(found.customer, personal) if found.customer else "",
        "said": [
            {
                "question": name_question(one),
                "answer": say_answer(said[one.key], one, sees_personal=personal),
                "file": files.get((found.pk, one.key)),
                "link": find_link(said[one.key]),
            }
            for one in questions
        ],
        "hidden": found.hidden.items() if personal else [],
        "trail": [*frame["trail"], (found.survey.name, reverse("survey-answers", args=[found.survey.uuid]))],
    }
    return render(request, "survey_console/response.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest, survey_uuid: uuid.UUID) -> StreamingHttpResponse:
    """All that the list shows, a row for each response; names only for who may see them."""
    survey = get_survey(survey_uuid)
    form = FilterForm(request.GET)
    found = list_responses(survey, form.cleaned_data if form.is_valid() else {})
    questions = get_questions(survey)
    head = ("response_id", "customer_id", "state", "language", "channel", "touchpoint", "store", "agent", "product",
            "order_id", "started_at", "completed_at", "seconds", *(one.key for one in questions))  # fmt: skip
    personal = request.staff.may(Capability.SEE_PERSONAL)
    site = request.build_absolute_uri("/").rstrip("/")
    return answer_table(request, "survey-answers", head, _list_rows(found, questions, personal, site))


def _list_rows(
    found: QuerySet[Response], questions: list[AskedQuestion], sees_personal: bool, site: str
) -> Iterator[list[Cell]]:
    walked = found.select_related("customer").prefetch_related("answers").iterator(chunk_size=EXPORT_ROWS)
    has_files = any(asked.type == "file" for asked in questions)
    while some := list(islice(walked, EXPORT_ROWS)):
        files = map_uploads([one.pk for one in some]) if has_files else {}
        for one in some:
            said = map_answers(one.answers.all())
            yield [
                str(one.uuid),
                str(one.customer.uuid) if one.customer else None,
                one.state,
                one.language,
                one.channel,
                one.touchpoint,
                one.store,
                one.agent,
                one.product,
                one.order_ref if sees_personal else None,
                one.started_at,
                one.completed_at,
                one.seconds,
                *(
                    f"{site}{make_address(files[one.pk, asked.key])}"
                    if (one.pk, asked.key) in files
                    else to_cell(said.get(asked.key), asked, sees_personal=sees_personal)
                    for asked in questions
                ),
            ]
