"""Who hears the events, how far each is, and giving one of them a stretch of the past again."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.stream.forms import ReplayForm
from wafaa.stream.pages.parts import count_troubles
from wafaa.stream.queries import get_consumer, get_lag, list_consumers, list_replays
from wafaa.stream.replaying import cancel_replay, request_replay

REPLAYS_SHOWN = 10


@requires(Capability.SEE_STREAM)
@require_GET
def lag(request: StaffRequest) -> HttpResponse:
    return _render(request, ReplayForm(consumers=list_consumers()))


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def replay(request: StaffRequest) -> HttpResponse:
    form = ReplayForm(request.POST, consumers=list_consumers())
    if not form.is_valid():
        return _render(request, form, status=422)
    consumer = get_consumer(form.cleaned_data["consumer"])
    since, until = form.get_period(request.business.zone)
    try:
        request_replay(consumer=consumer, since=since, until=until, by=request.staff)
    except WafaaError as error:
        form.add_error(None, str(error))
        return _render(request, form, status=422)
    record_change(staff=request.staff, deed="replay_events", subject=consumer.name)
    messages.success(request, _("It has begun; you may leave this page."))
    return redirect("touchpoints-lag")


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def cancel(request: StaffRequest, replay_uuid: uuid.UUID) -> HttpResponse:
    if cancel_replay(replay_uuid=replay_uuid):
        messages.success(request, _("Cancelled. What was handled again stays."))
    return redirect("touchpoints-lag")


def _render(request: StaffRequest, form: ReplayForm, status: int = 200) -> HttpResponse:
    replays = list(list_replays()[:REPLAYS_SHOWN])
    context = {
        **count_troubles(),
        "tab": "lag",
        "lags": [(consumer, get_lag(consumer)) for consumer in list_consumers()],
        "replays": replays,
        "is_replaying": any(one.is_active for one in replays),
        "form": form,
        "may_replay": request.staff.may(Capability.CHANGE_SETTINGS),
    }
    return render(request, "stream/lag.html", context, status=status)
