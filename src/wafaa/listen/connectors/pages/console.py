"""The console's pages about connections: what can be connected, what is, and how it goes."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.listen.connectors.actions import (
    cancel_backfill,
    change_connection,
    connect,
    disconnect,
    pause_backfill,
    pause_connection,
    read_again,
    resume_backfill,
    resume_connection,
    settle_wish,
    start_backfill,
    subscribe,
    test_connection,
)
from wafaa.listen.connectors.actions.connecting import get_connector
from wafaa.listen.connectors.errors import ConnectionMissing, FieldMissing, SystemUnknown
from wafaa.listen.connectors.forms import ConnectionForm
from wafaa.listen.connectors.models import Connection, Delivery, Wish
from wafaa.listen.connectors.queries import (
    find_backfill,
    get_connection,
    get_delivery,
    list_connections,
    list_deliveries,
    list_wishes,
)
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import Connector
from wafaa.listen.connectors.sealing import open_secrets
from wafaa.listen.connectors.tasks import defer_fetch, defer_once, read_failed, read_kept
from wafaa.listen.connectors.words import GROUPS, say_why, say_wish

PAGE_ROWS = 50
HIDDEN = "••••••••"


@requires(Capability.MANAGE_CONNECTIONS)
@require_GET
def connections(request: StaffRequest) -> HttpResponse:
    """What is connected, and below it all that can be."""
    groups = [
        (label, [one for one in CONNECTORS.values() if one.group == group]) for group, label in GROUPS.items()
    ]
    context = {
        "connections": [
            {"connection": one, "name": _name(one), "why": say_why(one.last_refusal)}
            for one in list_connections()
        ],
        "groups": [(label, some) for label, some in groups if some],
    }
    return render(request, "connectors/connections.html", context)


@requires(Capability.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, system: str) -> HttpResponse:
    """Answers the form with the connection and, this once, the secret that was made for it."""
    try:
        connector = get_connector(system)
    except SystemUnknown as error:
        raise Http404 from error
    form = ConnectionForm(request.POST or None, connector=connector)
    if request.method == "POST" and form.is_valid():
        try:
            made = connect(
                system=system, label=form.cleaned_data["label"], given=form.get_given(), staff=request.staff
            )
        except FieldMissing as error:
            form.add_error(error.facts["field"], str(error))
        else:
            return render(request, "connectors/made.html", _describe_made(request, made, connector, form))
    context = {
        "connector": connector,
        "form": form,
        "steps": _list_steps(connector, _("the address that you get next"), {}),
        "trail": _trail(),
    }
    return render(request, "connectors/new.html", context, status=422 if form.errors else 200)


def _describe_made(
    request: StaffRequest, connection: Connection, connector: Connector, form: ConnectionForm
) -> dict[str, Any]:
    """What we made is shown; what was typed is known to whoever typed it."""
    typed = form.get_given()
    secrets = open_secrets(connection)
    made = {
        str(one.label): secrets[one.key]
        for one in connector.fields
        if one.is_made_here and not typed.get(one.key) and one.key in secrets
    }
    address = _address(request, connection)
    return {
        "connection": connection,
        "connector": connector,
        "address": address,
        "made": made,
        "steps": _list_steps(connector, address, made),
        "trail": _trail(),
    }


@requires(Capability.MANAGE_CONNECTIONS)
@require_GET
def connection(request: StaffRequest, connection_uuid: uuid.UUID) -> HttpResponse:
    return render(request, "connectors/connection.html", _describe(request, _get(connection_uuid)))


@requires(Capability.MANAGE_CONNECTIONS)
@require_GET
def progress(request: StaffRequest, connection_uuid: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    shown = _get(connection_uuid)
    response = render(request, "connectors/progress.html", _describe_backfill(shown))
    backfill = find_backfill(shown)
    if backfill is not None and request.GET.get("from") not in {None, backfill.state}:
        response["HX-Refresh"] = "true"
    return response


@requires(Capability.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest, connection_uuid: uuid.UUID) -> HttpResponse:
    """Its name and what it asks for; secrets are entered anew, never shown."""
    shown = _get(connection_uuid)
    if shown.state == Connection.State.DISCONNECTED:
        return redirect("connection", connection_uuid)
    connector = CONNECTORS[shown.system]
    form = ConnectionForm(request.POST or None, connector=connector, connection=shown)
    if request.method == "POST" and form.is_valid():
        try:
            change_connection(
                connection=shown,
                label=form.cleaned_data["label"],
                given=form.get_given(),
                staff=request.staff,
            )
        except FieldMissing as error:
            form.add_error(error.facts["field"], str(error))
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("connection", connection_uuid)
    context = {
        "connection": shown,
        "connector": connector,
        "form": form,
        "trail": [*_trail(), (str(shown), reverse("connection", args=[shown.uuid]))],
    }
    return render(request, "connectors/settings.html", context, status=422 if form.errors else 200)


@requires(Capability.MANAGE_CONNECTIONS)
@require_POST
def act(request: StaffRequest, connection_uuid: uuid.UUID, deed: str) -> HttpResponse:
    """One of DEEDS; what hinders it is said on the connection's page."""
    shown = _get(connection_uuid)
    if deed not in DEEDS:
        raise Http404
    try:
        said = DEEDS[deed](request, shown)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("connection", connection_uuid)


def _test(_request: StaffRequest, shown: Connection) -> str:
    return _("It works: %(answer)s") % {"answer": test_connection(connection=shown)}


def _subscribe(request: StaffRequest, shown: Connection) -> str:
    subscribe(connection=shown, address=_address(request, shown), staff=request.staff)
    return _("The webhooks are registered. What happens from now on comes by itself.")


def _pause(request: StaffRequest, shown: Connection) -> str:
    pause_connection(connection=shown, staff=request.staff)
    return _("Paused. What is sent meanwhile is kept and read when you go on.")


def _resume(request: StaffRequest, shown: Connection) -> str:
    defer_once(read_kept, resume_connection(connection=shown, staff=request.staff))
    return _("It goes on. What came meanwhile is being read.")


def _disconnect(request: StaffRequest, shown: Connection) -> str:
    disconnect(connection=shown, staff=request.staff)
    return _("Disconnected. What it told stays.")


def _start(request: StaffRequest, shown: Connection) -> str:
    defer_fetch(start_backfill(connection=shown, staff=request.staff))
    return _("The past is being fetched. This goes on also when you leave the page.")


def _hold(request: StaffRequest, shown: Connection) -> str:
    pause_backfill(connection=shown, staff=request.staff)
    return _("Fetching is paused.")


def _continue(request: StaffRequest, shown: Connection) -> str:
    defer_fetch(resume_backfill(connection=shown, staff=request.staff))
    return _("Fetching goes on where it stood.")


def _cancel(request: StaffRequest, shown: Connection) -> str:
    cancel_backfill(connection=shown, staff=request.staff)
    return _("Fetching is cancelled. What was fetched stays.")


def _read_all(_request: StaffRequest, shown: Connection) -> str:
    defer_once(read_failed, shown)
    return _("All that could not be read is being read again.")


DEEDS: Mapping[str, Callable[[StaffRequest, Connection], str]] = {
    "test": _test,
    "subscribe": _subscribe,
    "pause": _pause,
    "resume": _resume,
    "disconnect": _disconnect,
    "fetch": _start,
    "fetch-pause": _hold,
    "fetch-resume": _continue,
    "fetch-cancel": _cancel,
    "read-again": _read_all,
}


@requires(Capability.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def delivery(request: StaffRequest, connection_uuid: uuid.UUID, delivery_id: int) -> HttpResponse:
    """What was sent and could not be read; a POST reads it again."""
    shown = _get(connection_uuid)
    try:
        kept = get_delivery(shown, delivery_id)
        if request.method == "POST":
            outcome = read_again(delivery=kept)
            if outcome == "failed":
                messages.error(request, _("It still cannot be read."))
            else:
                messages.success(request, _("It was read."))
            return redirect("connection", connection_uuid)
    except ConnectionMissing as error:
        raise Http404 from error
    context = {
        "connection": shown,
        "delivery": kept,
        "why": say_why(kept.why, kept.detail) if kept.why else "",
        "trail": [*_trail(), (str(shown), reverse("connection", args=[shown.uuid]))],
    }
    return render(request, "connectors/delivery.html", context)


@requires(Capability.MANAGE_CONNECTIONS)
@require_POST
def wish(request: StaffRequest, connection_uuid: uuid.UUID, wish_id: int) -> HttpResponse:
    """Somebody has done what a system asked for."""
    found: Wish | None = list_wishes(_get(connection_uuid)).filter(pk=wish_id).first()
    if found is None:
        raise Http404
    settle_wish(wish=found, staff=request.staff)
    messages.success(request, _("Noted as done."))
    return redirect("connection", connection_uuid)


def _describe(request: StaffRequest, shown: Connection) -> dict[str, Any]:
    connector = CONNECTORS[shown.system]
    is_open = shown.state != Connection.State.DISCONNECTED
    page = Paginator(list_deliveries(shown), PAGE_ROWS).get_page(request.GET.get("page"))
    failed = list_deliveries(shown, status=Delivery.Status.FAILED)
    address = _address(request, shown)
    return {
        "connection": shown,
        "connector": connector,
        "is_open": is_open,
        "address": address,
        "steps": _list_steps(connector, address, {}),
        "page": page,
        "rows": [{"delivery": one, "why": say_why(one.why) if one.why else ""} for one in page],
        "failed": failed.count(),
        "waiting": list_deliveries(shown, status=Delivery.Status.WAITING).count(),
        "refusal": say_why(shown.last_refusal) if shown.last_refusal else "",
        "wishes": [
            {"wish": one, "words": say_wish(one.what), "person": one.distinct_id}
            for one in list_wishes(shown)
        ],
        "trail": _trail(),
        **_describe_backfill(shown),
    }


def _describe_backfill(shown: Connection) -> dict[str, Any]:
    backfill = find_backfill(shown)
    return {
        "connection": shown,
        "has_past": CONNECTORS[shown.system].has_past,
        "backfill": backfill,
        "backfill_why": say_why(backfill.why, backfill.detail) if backfill and backfill.why else "",
    }


def _list_steps(connector: Connector, address: str, made: Mapping[str, str]) -> list[str]:
    facts = {"address": address, "secret": next(iter(made.values()), HIDDEN), **connector.facts}
    return [str(step).format(**facts) for step in connector.steps]


def _address(request: StaffRequest, shown: Connection) -> str:
    return request.build_absolute_uri(reverse("hook", args=[shown.uuid]))


def _name(shown: Connection) -> str:
    return str(CONNECTORS[shown.system].name) if shown.system in CONNECTORS else shown.system


def _get(connection_uuid: uuid.UUID) -> Connection:
    try:
        return get_connection(connection_uuid)
    except ConnectionMissing as error:
        raise Http404 from error


def _trail() -> list[tuple[str, str]]:
    return [(_("Connections"), reverse("connections"))]
