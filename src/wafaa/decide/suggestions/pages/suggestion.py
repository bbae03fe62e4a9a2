"""One suggestion: who asked for it, what is like it, what was decided, who was told, and whether it helped."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.models import Message
from wafaa.act.messages.words import say_why
from wafaa.decide.suggestions.actions import (
    change_suggestion,
    decide_suggestion,
    merge_suggestions,
    undo_merge,
)
from wafaa.decide.suggestions.actions.telling import tell_later
from wafaa.decide.suggestions.forms import DecisionForm, WordingForm
from wafaa.decide.suggestions.models import Suggestion
from wafaa.decide.suggestions.queries import (
    count_untold,
    find_similar,
    get_merge,
    get_suggestion,
    get_told,
    list_merges,
    list_voices,
)
from wafaa.decide.suggestions.rules import WINDOWS, State
from wafaa.decide.suggestions.scoring import compare_scores
from wafaa.decide.suggestions.words import say_alike, say_difference, say_score
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer

VOICES_SHOWN = 20


@requires(Capability.SEE_ANSWERS)
@require_GET
def suggestion(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    shown = get_suggestion(suggestion_uuid)
    if shown.uuid != suggestion_uuid:  # it was merged into this one
        return redirect("suggestion", shown.uuid)
    return show_suggestion(request, shown)


def show_suggestion(request: StaffRequest, shown: Suggestion, **forms: Form) -> HttpResponse:
    """A form that came back with errors stands in for a fresh one."""
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    page = Paginator(list_voices(shown), VOICES_SHOWN).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "suggestion": shown,
        "page": page,
        "voices": [
            {"voice": one, "customer": say_customer(one.customer, sees_personal) if one.customer else ""}
            for one in page.object_list
        ],
        "similar": [{"suggestion": one, "alike": say_alike(alike)} for one, alike in find_similar(shown)],
        "merges": list_merges(shown),
        "told": _show_told(shown),
        "untold": count_untold(shown) if shown.state == State.DONE else 0,
        "may_edit": request.staff.may(Capability.EDIT_SURVEYS),
        "wording_form": WordingForm(suggestion=shown, auto_id="id_wording_%s"),
        "decision_form": DecisionForm(suggestion=shown, auto_id="id_decision_%s"),
        "trail": [(_("Suggestions"), reverse("suggestions"))],
        **forms,
    }
    return render(request, "suggestions/suggestion.html", context, status=422 if forms else 200)


def _show_told(shown: Suggestion) -> dict[str, Any]:
    told = get_told(shown)
    return {
        "states": [
            (Message(state=state).get_state_display(), count) for state, count in sorted(told.states.items())
        ],
        "whys": [(say_why(why), count) for _state, why, count in told.whys],
        "anonymous": told.anonymous,
    }


@requires(Capability.EDIT_SURVEYS)
@require_POST
def wording(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    shown = get_suggestion(suggestion_uuid)
    form = WordingForm(request.POST, suggestion=shown, auto_id="id_wording_%s")
    if form.is_valid():
        try:
            change_suggestion(suggestion=shown, by=request.staff, **form.cleaned_data)
        except WafaaError as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("suggestion", shown.uuid)
    return show_suggestion(request, shown, wording_form=form)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def decide(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    shown = get_suggestion(suggestion_uuid)
    form = DecisionForm(request.POST, suggestion=shown, auto_id="id_decision_%s")
    if form.is_valid():
        told = form.cleaned_data
        state = State(told.pop("state"))
        try:
            decide_suggestion(suggestion=shown, state=state, by=request.staff, **told)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            is_new = state == State.DONE and shown.state != State.DONE
            messages.success(
                request, _("Done. Everybody who asked for it is told now.") if is_new else _("Saved.")
            )
            return redirect("suggestion", shown.uuid)
    return show_suggestion(request, shown, decision_form=form)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def merge(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    """Those that were ticked become a part of this one."""
    shown = get_suggestion(suggestion_uuid)
    merged = 0
    for told in request.POST.getlist("other")[:VOICES_SHOWN]:
        try:
            merge_suggestions(kept=shown, gone=get_suggestion(uuid.UUID(told)), by=request.staff)
        except (WafaaError, ValueError) as error:
            messages.warning(
                request, str(error) if isinstance(error, WafaaError) else _("There is no such suggestion.")
            )
        else:
            merged += 1
    if merged:
        messages.success(request, _("Merged. Whoever asked for them is counted here."))
    return redirect("suggestion", shown.uuid)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def unmerge(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    shown = get_suggestion(suggestion_uuid)
    told = request.POST.get("merge", "")
    merge_id = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
    try:
        undo_merge(merge=get_merge(merge_id, shown), by=request.staff)
    except WafaaError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Both stand by themselves again."))
    return redirect("suggestion", shown.uuid)


@requires(Capability.EDIT_SURVEYS)
@require_POST
def tell(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    """Those who asked since; whoever was told already is not told again."""
    shown = get_suggestion(suggestion_uuid)
    if shown.state == State.DONE:
        tell_later(shown)
        messages.success(request, _("Whoever asked since is told now."))
    return redirect("suggestion", shown.uuid)


@requires(Capability.SEE_ANSWERS)
@require_GET
def scores(request: StaffRequest, suggestion_uuid: uuid.UUID) -> HttpResponse:
    """The scores before and after, as a panel; a page of its own without JavaScript."""
    shown = get_suggestion(suggestion_uuid)
    days = next((one for one in WINDOWS if str(one) == request.GET.get("days")), WINDOWS[0])
    context: dict[str, Any] = {
        "suggestion": shown,
        "days": days,
        "windows": WINDOWS,
        "trail": [
            (_("Suggestions"), reverse("suggestions")),
            (shown.title, reverse("suggestion", args=[shown.uuid])),
        ],
    }
    try:
        compared = compare_scores(shown, days=days, zone=request.business.zone)
    except WafaaError as error:
        context["trouble"] = str(error)
    else:
        context["compared"] = [
            {
                "question": one.question,
                "before": say_score(one.comparison.before),
                "after": say_score(one.comparison.after),
                "n_before": one.comparison.before.n,
                "n_after": one.comparison.after.n,
                "difference": say_difference(one.comparison.difference),
            }
            for one in compared
        ]
    template = "suggestions/scores.html" if request.htmx else "suggestions/scores_page.html"
    return render(request, template, context)
