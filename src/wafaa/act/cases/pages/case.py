"""One case: what was said, who said it, and what is done about it, one press each."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.cases.actions import (
    assign_case,
    close_case,
    note_case,
    note_contact,
    reopen_case,
    take_case,
    undo_line,
)
from wafaa.act.cases.forms import AssignForm, CloseForm, ContactForm, NoteForm
from wafaa.act.cases.models import Case, Signal
from wafaa.act.cases.notices import tell_owner_later
from wafaa.act.cases.queries import find_undoable, get_case, get_target, list_lines, list_signals
from wafaa.act.cases.rules import IS_LOW
from wafaa.act.cases.story import find_text, tell_story
from wafaa.act.cases.words import DEEDS, say_clock, say_score, say_target
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.queries import say_customer
from wafaa.know.journey.words import name_touchpoint
from wafaa.know.orders.queries import list_stores


@requires(Capability.HANDLE_CASES)
@require_GET
def case(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    shown = get_case(case_uuid)
    if shown.uuid != case_uuid:  # it was joined to this one
        return redirect("case", shown.uuid)
    return show_case(request, shown)


def show_case(request: StaffRequest, shown: Case, **forms: Form) -> HttpResponse:
    """A form that came back with errors stands in for a fresh one."""
    stores = {one.code: str(one) for one in list_stores()}
    customer = say_customer(shown.customer, sees_personal=True) if shown.customer else ""
    undoable = find_undoable(shown, request.staff)
    context: dict[str, Any] = {
        "case": shown,
        "customer": customer,
        "title": customer or _("Somebody we don't know"),
        "clock": say_clock(shown, clock.now()),
        "is_over": shown.hours_over(clock.now()) > 0,
        "target": say_target(get_target()),
        "signals": [_show_signal(one, stores) for one in list_signals(shown)],
        "lines": [
            {
                "line": line,
                "deed": DEEDS[line.deed],
                "may_undo": undoable is not None and line.pk == undoable.pk,
            }
            for line in list_lines(shown)
        ],
        "story": tell_story(shown.customer, case=shown) if shown.customer else None,
        "is_mine": shown.owner_id == request.staff.pk,
        "note_form": NoteForm(auto_id="id_note_%s"),
        "contact_form": ContactForm(auto_id="id_contact_%s"),
        "close_form": CloseForm(auto_id="id_close_%s"),
        "assign_form": AssignForm(case=shown, auto_id="id_assign_%s"),
        "may_suggest": request.staff.may(Capability.EDIT_SURVEYS),
        "trail": [(_("Cases"), reverse("cases"))],
        **forms,
    }
    return render(request, "cases/case.html", context, status=422 if forms else 200)


def _show_signal(one: Signal, stores: dict[str, str]) -> dict[str, Any]:
    answers = [
        {
            "asked": answer.get("asked") or answer.get("question"),
            "said": _say_answer(answer),
            "score": say_score(answer) if answer.get("value") is not None and answer.get("points") else "",
            "value": answer.get("value"),
        }
        for answer in one.content.get("answers", ())
    ]
    places = [name_touchpoint(one.touchpoint), stores.get(one.store, one.store), one.agent]
    return {
        "signal": one,
        "score": say_score(one.content.get("lowest", {})),
        "answers": answers,
        "words": find_text(one.content),
        "text": "" if answers else find_text(one.content),
        "places": [place for place in places if place],
        "is_better": not one.content.get(IS_LOW, True),
    }


def _say_answer(answer: dict[str, Any]) -> str:
    """In the customer's own words, or the page's for a yes and a no."""
    said = answer.get("said") or ""
    if answer.get("type") == "yes_no":
        return {"yes": pgettext("answer", "Yes"), "no": pgettext("answer", "No")}.get(said, said)
    return said


def do(request: StaffRequest, case_uuid: uuid.UUID, deed: Callable[[Case], Any], told: str) -> HttpResponse:
    """A deed of one press: what it did, or why not, stands on the case's page."""
    shown = get_case(case_uuid)
    try:
        deed(shown)
    except WafaaError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, told)
    return redirect("case", shown.uuid)


def do_written(
    request: StaffRequest,
    shown: Case,
    form: Form,
    *,
    name: str,
    deed: Callable[[Case, Any], Any],
    told: str,
) -> HttpResponse:
    """A deed with a form; what was written is not lost where it can't be done."""
    if form.is_valid():
        try:
            deed(shown, form.cleaned_data)
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, told)
            return redirect("case", shown.uuid)
    return show_case(request, get_case(shown.uuid), **{name: form})


@requires(Capability.HANDLE_CASES)
@require_POST
def take(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    return do(
        request, case_uuid, lambda shown: take_case(case=shown, by=request.staff), _("The case is yours.")
    )


@requires(Capability.HANDLE_CASES)
@require_POST
def assign(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    shown = get_case(case_uuid)

    def deed(one: Case, told: Any) -> None:
        assigned = assign_case(case=one, to=told["owner"], by=request.staff)
        if told["owner"] and told["owner"] != request.staff and assigned.owner_id != one.owner_id:
            tell_owner_later(case=assigned, base_url=request.build_absolute_uri("/"))

    form = AssignForm(request.POST, case=shown, auto_id="id_assign_%s")
    return do_written(request, get_case(case_uuid), form, name="assign_form", deed=deed, told=_("Saved."))


@requires(Capability.HANDLE_CASES)
@require_POST
def note(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    def deed(one: Case, told: Any) -> None:
        note_case(case=one, text=told["text"], by=request.staff, key=told["key"])

    form = NoteForm(request.POST, auto_id="id_note_%s")
    return do_written(request, get_case(case_uuid), form, name="note_form", deed=deed, told=_("Noted."))


@requires(Capability.HANDLE_CASES)
@require_POST
def contact(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    def deed(one: Case, told: Any) -> None:
        note_contact(case=one, text=told["text"], by=request.staff, key=told["key"])

    form = ContactForm(request.POST, auto_id="id_contact_%s")
    return do_written(request, get_case(case_uuid), form, name="contact_form", deed=deed, told=_("Noted."))


@requires(Capability.HANDLE_CASES)
@require_POST
def close(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    def deed(one: Case, told: Any) -> None:
        close_case(case=one, outcome=told["outcome"], cause=told["cause"], by=request.staff)

    form = CloseForm(request.POST, auto_id="id_close_%s")
    return do_written(
        request,
        get_case(case_uuid),
        form,
        name="close_form",
        deed=deed,
        told=_("Done. Thank you for seeing to it."),
    )


@requires(Capability.HANDLE_CASES)
@require_POST
def reopen(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    return do(
        request, case_uuid, lambda one: reopen_case(case=one, by=request.staff), _("The case is open again.")
    )


@requires(Capability.HANDLE_CASES)
@require_POST
def undo(request: StaffRequest, case_uuid: uuid.UUID) -> HttpResponse:
    line = request.POST.get("line", "")
    line_id = int(line) if line.isascii() and line.isdigit() and len(line) < 19 else 0
    return do(
        request,
        case_uuid,
        lambda one: undo_line(case=one, line_id=line_id, by=request.staff),
        _("It is undone."),
    )
