"""The collectors of a survey, and what one copies or sends of one collector."""

import re
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.codes import draw_qr
from wafaa.listen.surveys.actions import Invitee, change_collector, make_collector, make_invitations
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.builder.words import KINDS, pick
from wafaa.listen.surveys.collecting.codes import SCANNED, name_stores, read_address, say_place
from wafaa.listen.surveys.embedding.snippets import write_snippet
from wafaa.listen.surveys.models import Collector, Survey
from wafaa.listen.surveys.queries import get_collector, get_survey, list_collectors, make_url
from wafaa.listen.surveys.rules import CollectorKind

# The ways that one makes by hand; imports make their own.
MADE = ("link", "email", "sms", "social", "qr", "embed", "popup", "kiosk")
CODES_MAX = 200
SINGLE_MAX = 500
_EACH = {"table": "table_name", "agent": "agent", "store": "store"}


class CollectorForm(forms.Form):
    kind = forms.ChoiceField(label=_("Way"), choices=[(key, KINDS[key]) for key in MADE])
    name = forms.CharField(label=pgettext_lazy("collector", "Name"), max_length=100, required=False)
    store = forms.CharField(label=_("Store"), max_length=100, required=False)
    agent = forms.CharField(label=_("Agent"), max_length=100, required=False)
    each = forms.ChoiceField(
        label=_("For codes: one for each"),
        required=False,
        choices=[
            ("", _("one code only")),
            ("table", _("table in the list")),
            ("agent", _("agent in the list")),
            ("store", _("store in the list")),
            ("stores", _("store that we know")),
        ],
    )
    names = forms.CharField(
        label=_("List for the codes"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One to a line, or separated by commas, such as 1, 2, 3."),
    )
    closes_at = forms.DateTimeField(
        label=pgettext_lazy("collector", "Closes"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    quota = forms.IntegerField(label=_("Most answers"), min_value=1, max_value=10_000_000, required=False)

    def clean(self) -> dict[str, Any]:
        """Who wants a code for each says of what."""
        given = super().clean() or {}
        if given.get("kind") == CollectorKind.QR and given.get("each") in _EACH and not list_names(given):
            self.add_error("names", _("Write down at least one."))
        return given


def list_names(given: dict[str, Any]) -> list[str]:
    """What is written down, once each."""
    parts = re.split(r"[\n,،]", given.get("names", ""))
    return list(dict.fromkeys(part.strip()[:100] for part in parts if part.strip()))[:CODES_MAX]


@edits
@require_http_methods(["GET", "POST"])
def collect(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """The ways of asking, and a new one."""
    survey = get_survey(survey_uuid)
    form = CollectorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _make(request, survey, form.cleaned_data)
        messages.success(request, gettext("It can be used now."))
        if len(made) > 1:
            return redirect("survey-sheets", survey.uuid)
        if made[0].kind == CollectorKind.POPUP:
            return redirect("survey-collector-appearing", made[0].uuid)
        return redirect("survey-collector", made[0].uuid)
    collectors = list_collectors(survey).annotate(
        complete=Count("responses", filter=Q(responses__state="complete", responses__is_test=False))
    )
    stores = name_stores()
    context = {
        **build_frame(request, survey, "survey-collect"),
        "form": form,
        "rows": [
            {"collector": one, "kind": KINDS[one.kind], "place": say_place(one, stores)} for one in collectors
        ],
        "is_published": survey.current_version_id is not None,
        "sees_personal": request.staff.may(Capability.SEE_PERSONAL),
        "has_codes": any(one.kind == "qr" for one in collectors),
    }
    return render(request, "survey_console/collect.html", context, status=422 if form.errors else 200)


def _make(request: StaffRequest, survey: Survey, given: dict[str, Any]) -> list[Collector]:
    """One way; of codes one for each table, agent or store, where that is wanted."""
    kept = {name: given[name] for name in ("store", "agent", "closes_at", "quota")}
    name = given["name"] or str(KINDS[given["kind"]])
    each: list[dict[str, str]] = [{}]
    if given["kind"] == CollectorKind.QR and given["each"] == "stores":
        each = [{"store": code} for code in list(name_stores())[:CODES_MAX]] or each
    elif given["kind"] == CollectorKind.QR and given["each"]:
        each = [{_EACH[given["each"]]: one} for one in list_names(given)]
    with transaction.atomic():
        return [
            make_collector(survey=survey, kind=given["kind"], by=request.staff, name=name, **{**kept, **one})
            for one in each
        ]


@edits
@require_GET
def collector(request: StaffRequest, collector_uuid: uuid.UUID) -> HttpResponse:
    """What one copies, prints or sends."""
    shown = get_collector(collector_uuid)
    survey = shown.survey
    address = read_address(request, shown)
    title = pick((survey.current_version.content if survey.current_version else {}).get("title"))
    frame = build_frame(request, survey, "survey-collect")
    context = {
        **frame,
        "collector": shown,
        "kind": KINDS[shown.kind],
        "place": say_place(shown, name_stores()),
        "address": address,
        "text": gettext("%(title)s: it takes a minute. %(address)s") % {"title": title, "address": address},
        "drawn": draw_qr(address) if shown.kind in SCANNED else "",
        "lines": write_lines(request, shown),
        "is_managed": bool(shown.settings.get("managed")),
        "is_text": shown.kind in {"email", "sms", "social"},
        "fresh": request.session.pop(f"survey-links:{shown.uuid}", []),
        "trail": [*frame["trail"], (survey.name, reverse("survey-collect", args=[survey.uuid]))],
    }
    return render(request, "survey_console/collector.html", context)


def write_lines(request: StaffRequest, shown: Collector) -> str:
    """The lines that one puts into a page of the shop; "" of other ways."""
    if shown.kind not in {"embed", "popup"}:
        return ""
    return write_snippet(
        kind=shown.kind,
        token=shown.token,
        site=request.build_absolute_uri("/").rstrip("/"),
        link_text=gettext("Tell us how we did"),
        settings=shown.settings,
    )


@edits
@require_POST
def stop(request: StaffRequest, collector_uuid: uuid.UUID) -> HttpResponse:
    """It takes no more answers, or takes them again."""
    shown = get_collector(collector_uuid)
    change_collector(collector=shown, by=request.staff, is_stopped=request.POST.get("stop") == "1")
    messages.success(request, gettext("Saved."))
    return redirect("survey-collector", shown.uuid)


@edits
@require_POST
def single(request: StaffRequest, collector_uuid: uuid.UUID) -> HttpResponse:
    """Links that are answered once each; shown once, because they are nobody's."""
    shown = get_collector(collector_uuid)
    told = request.POST.get("count", "")
    count = min(int(told), SINGLE_MAX) if told.isdecimal() and len(told) < 6 else 0
    made = make_invitations(
        survey=shown.survey,
        people=[Invitee(reason="single link") for _place in range(count)],
        collector=shown,
    )
    links = [request.build_absolute_uri(make_url(one.token)) for one in made]
    request.session[f"survey-links:{shown.uuid}"] = links
    return redirect("survey-collector", shown.uuid)
