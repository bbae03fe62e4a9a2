"""Webhooks: the list, one with its deliveries, and what is done with them."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import confirmed, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.webhooks.actions import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    note_secret_shown,
    replay_deliveries,
    rotate_secret,
    send_test,
    set_state,
)
from wafaa.act.webhooks.errors import EndpointOff, TooManyEndpoints, UrlNotEncrypted, UrlNotUsable, UrlPrivate
from wafaa.act.webhooks.forms import EndpointForm, LogForm
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.queries import (
    Tally,
    count_deliveries,
    get_delivery,
    get_endpoint,
    list_deliveries,
    list_endpoints,
    list_heard_names,
    read_body,
    read_secrets,
)
from wafaa.act.webhooks.rules import State, is_test
from wafaa.act.webhooks.words import say_error
from wafaa.kit import clock
from wafaa.kit.sealing import SealBroken
from wafaa.stream.models import Effect

PAGE_ROWS = 50

manages = requires(Capability.MANAGE_CONNECTIONS)


@manages
@require_GET
def webhooks(request: StaffRequest) -> HttpResponse:
    endpoints = list(list_endpoints())
    tallies = count_deliveries(endpoints)
    rows = [{"endpoint": endpoint, "tally": tallies[endpoint.pk]} for endpoint in endpoints]
    return render(request, "webhooks/webhooks.html", {"rows": rows})


@manages
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None, heard=list_heard_names())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = create_endpoint(
                url=given["url"],
                names=given["chosen"],
                description=given["description"],
                with_history=given["with_history"],
                by=request.staff,
            )
        except (UrlNotUsable, UrlNotEncrypted, UrlPrivate, TooManyEndpoints) as error:
            form.add_error("url", str(error))
        else:
            return _show_secret(request, made, is_new=True)
    context = {"form": form, "trail": _trail()}
    return render(request, "webhooks/edit.html", context, status=422 if form.errors else 200)


@manages
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    endpoint, heard = get_endpoint(endpoint_uuid), list_heard_names()
    form = EndpointForm(request.POST or None, heard=heard, initial=EndpointForm.describe(endpoint, heard))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change_endpoint(
                endpoint=endpoint,
                url=given["url"],
                names=given["chosen"],
                description=given["description"],
                with_history=given["with_history"],
                by=request.staff,
            )
        except (UrlNotUsable, UrlNotEncrypted, UrlPrivate) as error:
            form.add_error("url", str(error))
        else:
            messages.success(request, _("The webhook is changed."))
            return redirect("webhook", endpoint_uuid)
    context = {"form": form, "endpoint": endpoint, "trail": _trail(endpoint)}
    return render(request, "webhooks/edit.html", context, status=422 if form.errors else 200)


@manages
@require_GET
def webhook(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    """One endpoint and its deliveries."""
    endpoint = get_endpoint(endpoint_uuid)
    context = {
        **_read_log(request, endpoint),
        "tally": count_deliveries([endpoint]).get(endpoint.pk, Tally()),
        "now": clock.now(),
        "trail": _trail(),
    }
    return render(request, "webhooks/webhook.html", context)


@manages
@require_GET
def log(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    """The deliveries alone, asked for again while one is on its way."""
    return render(request, "webhooks/log.html", _read_log(request, get_endpoint(endpoint_uuid)))


@manages
@require_GET
def delivery(request: StaffRequest, endpoint_uuid: uuid.UUID, delivery_uuid: uuid.UUID) -> HttpResponse:
    """One delivery: what is sent, and every try."""
    endpoint = get_endpoint(endpoint_uuid)
    shown = get_delivery(endpoint, delivery_uuid)
    context = {
        "endpoint": endpoint,
        "row": _as_row(shown),
        "tries": [{"try": one, "error": say_error(one.error)} for one in shown.tries.all()],
        "body": read_body(shown),
        "trail": _trail(endpoint),
    }
    return render(request, "webhooks/delivery.html", context)


@manages
@require_GET
@confirmed
def secret(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(endpoint_uuid)
    note_secret_shown(endpoint=endpoint, by=request.staff)
    return _show_secret(request, endpoint)


@manages
@require_POST
def rotate(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    """Answers with the new secret, as adding does."""
    return _show_secret(
        request, rotate_secret(endpoint=get_endpoint(endpoint_uuid), by=request.staff), is_new=True
    )


@manages
@require_POST
def turn(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    endpoint = get_endpoint(endpoint_uuid)
    wanted = request.POST.get("state", "")
    if wanted in {state.value for state in State}:
        set_state(endpoint=endpoint, state=State(wanted), by=request.staff)
        said = {
            State.ON: _("The webhook is on."),
            State.PAUSED: _("The webhook is paused. What happens meanwhile is sent later."),
            State.OFF: _("The webhook is off. What happens meanwhile is not sent."),
        }
        messages.success(request, said[State(wanted)])
    return redirect("webhook", endpoint_uuid)


@manages
@require_POST
def test(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    send_test(endpoint=get_endpoint(endpoint_uuid))
    messages.success(request, _("The test is on its way. Its answer shows below."))
    return redirect("webhook", endpoint_uuid)


@manages
@require_POST
def replay(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    """One delivery, those that the log shows, or all that were given up."""
    endpoint = get_endpoint(endpoint_uuid)
    form = LogForm(request.POST)
    chosen = _read_range(form, request) if form.is_valid() else {}
    try:
        if one := request.POST.get("delivery"):
            sent = replay_deliveries(endpoint=endpoint, delivery_uuid=_read_uuid(one))
        elif form.is_valid():
            sent = replay_deliveries(endpoint=endpoint, **chosen)
        else:
            sent = 0
    except EndpointOff as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)s delivery is sent again.", "%(count)s deliveries are sent again.", sent) % {
            "count": sent
        }
        messages.success(request, said)
    return redirect("webhook", endpoint_uuid)


@manages
@require_POST
def delete(request: StaffRequest, endpoint_uuid: uuid.UUID) -> HttpResponse:
    delete_endpoint(endpoint=get_endpoint(endpoint_uuid), by=request.staff)
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks")


def _show_secret(request: StaffRequest, endpoint: Endpoint, *, is_new: bool = False) -> HttpResponse:
    try:
        shown = read_secrets(endpoint)
    except SealBroken as error:
        messages.error(request, str(error))
        return redirect("webhook", endpoint.uuid)
    context = {"endpoint": endpoint, "secret": shown[0], "has_old": len(shown) > 1, "is_new": is_new}
    return render(request, "webhooks/secret.html", {**context, "trail": _trail(endpoint)})


def _read_log(request: StaffRequest, endpoint: Endpoint) -> dict[str, Any]:
    form = LogForm(request.GET)
    asked = _read_range(form, request) if form.is_valid() else {}
    page = Paginator(list_deliveries(endpoint, **asked), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [_as_row(effect) for effect in page]
    return {
        "endpoint": endpoint,
        "form": form,
        "page": page,
        "rows": rows,
        "is_filtered": any(asked.values()),
        "is_moving": any(row["is_moving"] for row in rows),
    }


def _read_range(form: LogForm, request: StaffRequest) -> dict[str, Any]:
    """The days are the business's; the last one counts whole."""
    given, zone = form.cleaned_data, request.business.zone
    return {
        "state": given["state"],
        "name": given["name"],
        "since": clock.start_of_day(given["since"], zone) if given["since"] else None,
        "until": clock.end_of_day(given["until"], zone) if given["until"] else None,
    }


def _as_row(effect: Effect) -> dict[str, Any]:
    tries = list(effect.tries.all())
    last = tries[-1] if tries else None
    tones = {Effect.State.DELIVERED: "good", Effect.State.PARKED: "bad", Effect.State.CANCELLED: ""}
    is_waiting = effect.state in {Effect.State.PENDING, Effect.State.IN_FLIGHT}
    return {
        "effect": effect,
        "name": effect.payload.get("name", ""),
        "last": last,
        "error": say_error(last.error) if last else "",
        "tries": len(tries),
        "tone": tones.get(Effect.State(effect.state), "warn" if tries else ""),
        "next_at": effect.due_at if effect.state == Effect.State.PENDING and tries else None,
        # a test is tried once, within seconds; other deliveries are not worth asking for every two
        "is_moving": is_waiting and is_test(effect.destination.name),
        "may_repeat": not is_waiting,
    }


def _read_uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _trail(endpoint: Endpoint | None = None) -> list[tuple[str, str]]:
    trail = [(_("Webhooks"), reverse("webhooks"))]
    if endpoint is not None:
        trail.append((_("Webhook"), reverse("webhook", args=[endpoint.uuid])))
    return trail
