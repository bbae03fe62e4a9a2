"""What can be changed of a way after it was made: its name, its end, how a kiosk begins anew. Its address stays."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.http import StaffRequest
from wafaa.listen.surveys.actions import change_collector
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.builder.words import KINDS
from wafaa.listen.surveys.queries import get_collector
from wafaa.listen.surveys.rules import CollectorKind

KEPT = ("name", "store", "agent", "table_name", "closes_at", "quota")


class ChangeForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("collector", "Name"), max_length=100, required=False)
    store = forms.CharField(label=_("Store"), max_length=100, required=False)
    agent = forms.CharField(label=_("Agent"), max_length=100, required=False)
    table_name = forms.CharField(label=pgettext_lazy("collector", "Table"), max_length=100, required=False)
    closes_at = forms.DateTimeField(
        label=pgettext_lazy("collector", "Closes"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    quota = forms.IntegerField(label=_("Most answers"), min_value=1, max_value=10_000_000, required=False)
    reset_seconds = forms.IntegerField(
        label=_("Seconds after which the kiosk begins anew"),
        min_value=3,
        max_value=600,
        required=False,
        help_text=_("10 unless told. Whoever leaves in the middle gives it up after a minute or more."),
    )


@edits
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, collector_uuid: uuid.UUID) -> HttpResponse:
    shown = get_collector(collector_uuid)
    told = {name: getattr(shown, name) for name in KEPT}
    initial = {**told, "reset_seconds": shown.settings.get("reset_seconds")}
    form = ChangeForm(request.POST or None, initial=initial)
    if shown.kind != CollectorKind.KIOSK:
        del form.fields["reset_seconds"]
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        settings = {name: value for name, value in shown.settings.items() if name != "reset_seconds"}
        if seconds := given.pop("reset_seconds", None):
            settings["reset_seconds"] = seconds
        change_collector(collector=shown, by=request.staff, settings=settings, **given)
        messages.success(request, gettext("Saved."))
        return redirect("survey-collector", shown.uuid)
    frame = build_frame(request, shown.survey, "survey-collect")
    way = (shown.name or str(KINDS[shown.kind]), reverse("survey-collector", args=[shown.uuid]))
    survey = (shown.survey.name, reverse("survey-collect", args=[shown.survey.uuid]))
    context = {**frame, "form": form, "trail": [*frame["trail"], survey, way]}
    return render(request, "survey_console/change_way.html", context, status=422 if form.errors else 200)
