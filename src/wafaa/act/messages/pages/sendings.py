"""What is being sent and was: how far each sending is, why messages wait or do not go, pause and cancel."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.actions import cancel_sending, pause_sending, resume_sending
from wafaa.act.messages.errors import SendingOver
from wafaa.act.messages.models import Sending
from wafaa.act.messages.models.providers import MARKS
from wafaa.act.messages.models.sending import MESSAGE_STATES
from wafaa.act.messages.page_queries import (
    describe_sendings,
    get_sending_by_uuid,
    list_sending_messages,
    list_sendings,
    list_steps,
)
from wafaa.act.messages.pages.console import build_trail, sends
from wafaa.act.messages.providing_queries import count_machines, count_marks
from wafaa.act.messages.queries import count_whys, list_unsure, name_templates
from wafaa.act.messages.rules import ENDED, SendingState, State
from wafaa.act.messages.trying import CANCEL_TASK
from wafaa.act.messages.words import say_trace, say_why
from wafaa.design.formats import format_number
from wafaa.know.customers.queries import say_customer

# Counting a sending reads all its messages, so a page counts few of them.
PAGE_SENDINGS = 10
PAGE_MESSAGES = 50
# More than these are cancelled by the worker; that nothing leaves any more is so at once.
CANCELLED_AT_ONCE = 10_000
ORDER = (State.SENT, State.QUEUED, State.HELD, State.REFUSED, State.FAILED, State.LAPSED, State.CANCELLED)
TONES = {State.SENT: "good", State.QUEUED: "accent", State.HELD: "warn", State.FAILED: "bad"}
SENDING_TONES = {SendingState.RUNNING: "good", SendingState.PAUSED: "warn", SendingState.CANCELLED: ""}


def say_state(state: str) -> str:
    return {
        SendingState.RUNNING: _("goes on"),
        SendingState.PAUSED: _("paused"),
        SendingState.CANCELLED: _("cancelled"),
    }[SendingState(state)]


@sends
@require_GET
def sendings(request: StaffRequest) -> HttpResponse:
    page = Paginator(list_sendings(), PAGE_SENDINGS).get_page(request.GET.get("page"))
    lines = describe_sendings(list(page))
    names = name_templates({line.template for line in lines if line.template})
    rows = [
        {
            "line": line,
            "name": names.get(line.template, "") if line.template else "",
            "state": say_state(line.sending.state)
            if line.waiting or line.sending.state != SendingState.RUNNING
            else _("done"),
            "tone": SENDING_TONES[SendingState(line.sending.state)]
            if line.waiting or line.sending.state != SendingState.RUNNING
            else "",
        }
        for line in lines
    ]
    return render(request, "messages/sendings.html", {"rows": rows, "page": page})


@sends
@require_GET
def sending(request: StaffRequest, sending_uuid: uuid.UUID) -> HttpResponse:
    found = get_sending_by_uuid(sending_uuid)
    context = {**_describe(found), "trail": build_trail((_("Sendings"), reverse("message-sendings")))}
    return render(request, "messages/sending.html", context)


@sends
@require_GET
def progress(request: StaffRequest, sending_uuid: uuid.UUID) -> HttpResponse:
    """The numbers alone, asked for again while something is on its way."""
    return render(request, "messages/sending_progress.html", _describe(get_sending_by_uuid(sending_uuid)))


def _describe(found: Sending) -> dict[str, Any]:
    (line,) = describe_sendings([found])
    names = name_templates({line.template}) if line.template else {}
    whys: dict[str, list[dict[str, Any]]] = {}
    for state, why, many in count_whys(found.reason):
        whys.setdefault(state, []).append({"code": why, "said": say_why(why), "many": many})
    ended = sum(many for state, many in line.counts.items() if state in ENDED)
    return {
        "sending": found,
        "line": line,
        "name": names.get(line.template, "") if line.template else "",
        "state": say_state(found.state),
        "tone": SENDING_TONES[SendingState(found.state)],
        "ended": ended,
        "is_moving": found.state == SendingState.RUNNING and line.waiting > 0,
        "states": [
            {
                "state": state,
                "label": MESSAGE_STATES[state],
                "tone": TONES.get(state, ""),
                "many": line.counts[state],
                "whys": whys.get(state, []),
            }
            for state in ORDER
            if line.counts.get(state)
        ],
        "steps": list_steps(found),
        "unsure": list_unsure(found.reason).count(),
        "marks": _describe_marks(found, line.sent),
        "machines": count_machines(found),
    }


def _describe_marks(found: Sending, sent: int) -> list[dict[str, Any]]:
    """What is known of the sent ones, each with its share of them."""
    counts = count_marks(found)
    return [
        {"label": label, "many": counts[kind], "share": counts[kind] / sent}
        for kind, label in MARKS.items()
        if counts.get(kind) and sent
    ]


@sends
@require_GET
def listed(request: StaffRequest, sending_uuid: uuid.UUID) -> HttpResponse:
    """The messages of one state and reason, each with what the gate said."""
    found = get_sending_by_uuid(sending_uuid)
    state, why = request.GET.get("state", ""), request.GET.get("why", "")
    asked = list_sending_messages(found, state=state if state in set(State) else "", why=why)
    page = Paginator(asked, PAGE_MESSAGES).get_page(request.GET.get("page"))
    sees = request.staff.may(Capability.SEE_PERSONAL)
    rows = [
        {
            "row": row,
            "who": say_customer(row.customer, sees_personal=sees),
            "why": say_why(row.why),
            "tone": TONES.get(State(row.state), ""),
            "steps": say_trace(row.trace, request.business.zone),
        }
        for row in page
    ]
    context = {
        "sending": found,
        "page": page,
        "rows": rows,
        "said": " · ".join(str(one) for one in (MESSAGE_STATES.get(state, ""), say_why(why)) if one),
        "trail": build_trail(
            (_("Sendings"), reverse("message-sendings")),
            (_("One sending"), reverse("message-sending", args=[found.uuid])),
        ),
    }
    return render(request, "messages/sending_messages.html", context)


@sends
@require_POST
def turn(request: StaffRequest, sending_uuid: uuid.UUID) -> HttpResponse:
    """Pause, go on, cancel."""
    found = get_sending_by_uuid(sending_uuid)
    wanted = request.POST.get("state", "")
    try:
        if wanted == SendingState.PAUSED:
            pause_sending(reason=found.reason, by=request.staff)
            messages.success(
                request, _("Paused. What is being handed over at this moment still goes; nothing else.")
            )
        elif wanted == SendingState.RUNNING:
            resume_sending(reason=found.reason, by=request.staff)
            messages.success(request, _("It goes on. What has become too late meanwhile is left out."))
        elif wanted == SendingState.CANCELLED:
            _cancel(request, found)
    except SendingOver as error:
        messages.error(request, str(error))
    return redirect("message-sending", sending_uuid)


def _cancel(request: StaffRequest, found: Sending) -> None:
    (line,) = describe_sendings([found])
    if line.waiting > CANCELLED_AT_ONCE:
        pause_sending(reason=found.reason, by=request.staff)
        app.configure_task(CANCEL_TASK).defer(reason=found.reason)
        messages.success(request, _("Nothing leaves any more. What waits is being cancelled."))
        return
    many = cancel_sending(reason=found.reason, by=request.staff)
    said = ngettext(
        "Cancelled: %(count)s message does not go.", "Cancelled: %(count)s messages do not go.", many
    )
    messages.success(request, said % {"count": format_number(many)})
