"""When a survey appears on a shop's own page, and to whom: the settings of a collector of kind embed or popup."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.http import StaffRequest
from wafaa.listen.surveys.actions import change_collector
from wafaa.listen.surveys.builder.frame import build_frame, edits
from wafaa.listen.surveys.builder.words import KINDS
from wafaa.listen.surveys.embedding.snippets import AUDIENCES
from wafaa.listen.surveys.models import Collector
from wafaa.listen.surveys.queries import get_collector

ON_PAGES = frozenset({"embed", "popup"})


class AppearingForm(forms.Form):
    """Its fields are the names of embedding.snippets.ATTRIBUTES, `exit`, and `managed`: whether the script asks for them."""

    managed = forms.BooleanField(
        label=_("These settings decide, on every page that has the script"),
        required=False,
        help_text=_("Otherwise they go into the lines that you copy into a page, each time anew."),
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("customer", "Language"),
        required=False,
        choices=[("", _("Of the page")), ("ar", "العربية"), ("en", "English")],
    )
    event = forms.CharField(
        label=_("After this event"),
        required=False,
        max_length=200,
        help_text=_("As your page tells it, such as Order Completed; several with | between."),
    )
    path = forms.CharField(
        label=_("On these pages"),
        required=False,
        max_length=300,
        validators=[RegexValidator(r"^/", _("A page begins with /, such as /thanks*."))],
        help_text=_("Such as /thanks*; several with | between, and * for anything."),
    )
    exit = forms.BooleanField(label=_("When the visitor is about to leave"), required=False)
    scroll = forms.IntegerField(
        label=_("After so much of the page was seen, in per cent"),
        required=False,
        min_value=1,
        max_value=100,
    )
    after = forms.IntegerField(label=_("Seconds later"), required=False, min_value=0, max_value=3_600)
    audience = forms.ChoiceField(
        label=_("To whom"),
        required=False,
        help_text=_(
            "A segment's pop-up shows only to customers for whom your shop's server vouches: nobody else learns who is in."
        ),
    )
    share = forms.IntegerField(
        label=_("To so many of 100 visitors"), required=False, min_value=1, max_value=100
    )
    quiet = forms.IntegerField(
        label=_("Days before it may appear again"), required=False, min_value=0, max_value=365
    )

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)
        chosen = (self.initial or {}).get("audience", "")
        audience.choices = list_audiences(chosen)

    def clean(self) -> dict[str, Any]:
        """What stands in a page's source can't say who is in a segment."""
        given = super().clean() or {}
        by_hand = "managed" in self.fields and not given.get("managed")
        if by_hand and given.get("audience") not in ("", None, *AUDIENCES):
            self.add_error("audience", _("A segment is possible only where these settings decide."))
        return given


def list_audiences(chosen: str = "") -> list[tuple[str, Any]]:
    """Everybody first; what was chosen stays to be seen where it is gone, so that saving never widens it."""
    found: list[tuple[str, Any]] = [
        ("", _("Everybody")),
        ("known", _("Customers we know")),
        ("unknown", _("Visitors we do not know")),
    ]
    segments = import_string(settings.SURVEY_AUDIENCES)()
    if segments:
        found.append((gettext("A segment"), segments))
    if chosen and chosen not in {key for key, _words in [*found[:3], *segments]}:
        found.append((chosen, _("A segment that is gone: nobody")))
    return found


def make_form(collector: Collector, data: Any = None) -> AppearingForm:
    """A part of the page has no more to set than its language."""
    form = AppearingForm(data, initial={"managed": not collector.settings, **collector.settings})
    if collector.kind != "popup":
        for name in set(form.fields) - {"language"}:
            del form.fields[name]
    return form


def _say_saved(told: dict[str, Any]) -> str:
    if told.get("managed"):
        return gettext("Saved. Pages show it by these settings within five minutes.")
    return gettext("Saved. Copy the lines into your page again.")


@edits
@require_http_methods(["GET", "POST"])
def appearing(request: StaffRequest, collector_uuid: uuid.UUID) -> HttpResponse:
    """What is left empty sets no condition."""
    shown = get_collector(collector_uuid)
    if shown.kind not in ON_PAGES:
        raise Http404
    form = make_form(shown, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if value not in ("", None, False)}
        kept = {name: value for name, value in shown.settings.items() if name not in form.fields}
        change_collector(collector=shown, by=request.staff, settings={**kept, **told})
        messages.success(request, _say_saved(told))
        return redirect("survey-collector", shown.uuid)
    frame = build_frame(request, shown.survey, "survey-collect")
    way = (shown.name or str(KINDS[shown.kind]), reverse("survey-collector", args=[shown.uuid]))
    survey = (shown.survey.name, reverse("survey-collect", args=[shown.survey.uuid]))
    context = {**frame, "collector": shown, "form": form, "trail": [*frame["trail"], survey, way]}
    return render(request, "survey_console/appearing.html", context, status=422 if form.errors else 200)
