"""The satisfaction panel of a customer's page, fetched by URL: what they said, and when."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.listen.surveys.models import Answer
from wafaa.show.answers.queries import Said, list_said
from wafaa.show.answers.tones import find_tone
from wafaa.show.answers.words import SCORES

SCALES = {"nps": 10, "ces": 7}


@requires(Capability.SEE_ANSWERS)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """A fragment for HTMX, a page of its own for everyone else."""
    stores = get_store_scope(request.staff)
    customer = get_visible_customer(customer_uuid, stores)
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context = {
        "customer": customer,
        "label": label,
        "said": [show_said(one) for one in list_said(customer, stores)],
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "answers/panel.html" if request.htmx else "answers/panel_page.html"
    return render(request, template, context)


def show_said(said: Said) -> dict[str, object]:
    return {
        "response": said.response,
        "scores": [_show_score(answer, _find_scale(said, answer)) for answer in said.scores],
        "texts": [answer.text for answer in said.texts],
    }


def _show_score(answer: Answer, scale: int) -> dict[str, object]:
    value = round(answer.number or 0)
    words = next((words for kind, words in SCORES.items() if kind == answer.type), SCORES["mean"])
    return {
        "label": words.short or words.label,
        "value": value,
        "scale": scale,
        "tone": find_tone(answer.type, scale, value),
    }


def _find_scale(said: Said, answer: Answer) -> int:
    """How long the scale was, from the version that was answered."""
    if answer.type in SCALES:
        return SCALES[answer.type]
    for page in said.response.version.content.get("pages", []):
        for question in page.get("questions", []):
            if question.get("key") == answer.question_key:
                return int((question.get("scale") or {}).get("points") or 5)
    return 5
