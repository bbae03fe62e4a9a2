"""One campaign: as a draft who gets it and what it could show; launched, agreed to, how far it is, what it brought."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.models import Template
from wafaa.act.messages.rules import ENDED
from wafaa.decide.experiments.errors import MetricUnknown
from wafaa.decide.experiments.showing import show_foresight
from wafaa.decide.experiments.words import say_share
from wafaa.decide.journeys.actions import (
    approve_campaign,
    cancel_campaign,
    launch_campaign,
    pause_campaign,
    resume_campaign,
)
from wafaa.decide.journeys.audience import read_local
from wafaa.decide.journeys.counting import Counted, ask_cancel, count_people
from wafaa.decide.journeys.errors import CampaignFixed
from wafaa.decide.journeys.forms import DEFAULT_CHANNEL
from wafaa.decide.journeys.models import CAMPAIGN_STATES, Campaign
from wafaa.decide.journeys.pages.campaigns import TONES
from wafaa.decide.journeys.pages.shared import (
    find_segments,
    find_sending,
    make_trail,
    read_results,
    sees,
    sends,
    show_counts,
    show_states,
)
from wafaa.decide.journeys.queries import (
    foresee_campaign,
    foresee_parts,
    get_approval_above,
    get_campaign,
    get_progress,
)
from wafaa.decide.journeys.rules import CampaignState, needs_approval
from wafaa.decide.journeys.treating import UNIVERSAL
from wafaa.decide.journeys.words import ASIDE, GETS, LATER, say_campaign_why, sort_foreseen
from wafaa.design.formats import format_moment, format_number
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.consents.models import say_channel
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import count_members

METRIC = "revenue"
# More than these are cancelled by the worker; that nothing leaves any more is so at once.
CANCELLED_AT_ONCE = 10_000
# A campaign that begins later than this is not looked at every two seconds.
SOON = timedelta(minutes=10)
OPEN = {CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.SENT}
OVER = {CampaignState.SENT, CampaignState.CANCELLED}


@sees
@require_GET
def campaign(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    shown = get_campaign(campaign_uuid)
    context = _describe(request, shown)
    if shown.state == CampaignState.DRAFT:
        context |= _look_ahead(shown)
        return render(request, "journeys/draft.html", context)
    context |= {**_show_progress(shown), **_show_results(request, shown)}
    return render(request, "journeys/campaign.html", context)


def _describe(request: StaffRequest, shown: Campaign) -> dict[str, Any]:
    """What it is, whatever state it is in."""
    segments = find_segments([shown.segment, *shown.exclusions])
    segment = segments.get(str(shown.segment))
    template = Template.objects.filter(uuid=shown.template).first()
    state = CampaignState(shown.state)
    return {
        "campaign": shown,
        "state": CAMPAIGN_STATES[state],
        "tone": TONES.get(state, ""),
        "segment": segment,
        "segment_name": name_segment(segment) if segment else "",
        "segment_size": count_members([segment])[segment.pk] if segment else 0,
        "exclusion_names": [
            name_segment(segments[one]) if one in segments else _("a segment that is gone")
            for one in shown.exclusions
        ],
        "template": template,
        "channel": say_channel(shown.channel or DEFAULT_CHANNEL),
        "local_at": format_moment(read_local(shown.local_at), get_language() or "") if shown.local_at else "",
        "aside": say_share(shown.control_bp) if shown.control_bp else "",
        "why": say_campaign_why(shown.why),
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        "may_pause": state in OPEN,
        "may_cancel": state not in {CampaignState.DRAFT, CampaignState.CANCELLED},
        "may_approve": state == CampaignState.WAITING
        and shown.launched_by_id not in {None, request.staff.pk},
        "trail": make_trail(),
    }


def _look_ahead(shown: Campaign) -> dict[str, Any]:
    """Who would get it and what could be seen, or what is in the way."""
    try:
        counted = count_people(shown)
    except WafaaError as error:
        return {"hindrance": str(error)}
    return {
        **show_count(counted),
        "foresight": _foresee(shown, counted),
        "sms": _foresee_sms(shown, counted),
    }


def show_count(counted: Counted) -> dict[str, Any]:
    """For journeys/counted.html."""
    return {
        "counted": counted,
        "counted_groups": show_counts(dict(counted.counts)),
        "hindrance": say_campaign_why(counted.error),
        **{
            f"count_{key}": sum(
                many for (then, why), many in counted.counts.items() if sort_foreseen(then, why) == key
            )
            for key in (GETS, LATER, ASIDE)
        },
    }


def _foresee_sms(shown: Campaign, counted: Counted) -> dict[str, Any] | None:
    """What all of it takes, by the average of those who were written to."""
    written = foresee_parts(shown)
    if written is None or not written.messages or not counted.is_done:
        return None
    people = sum(
        many for (then, why), many in counted.counts.items() if sort_foreseen(then, why) in {GETS, LATER}
    )
    cost = written.cost_minor
    return {
        "parts": round(written.parts * people / written.messages),
        "cost_minor": None if cost is None else round(cost * people / written.messages),
        "currency": get_business().currency,
    }


def _foresee(shown: Campaign, counted: Counted) -> dict[str, Any] | None:
    """Only who can be reached comes into the experiment; where nobody knows yet how many, all are taken for that."""
    if not shown.control_bp or not counted.total:
        return None
    reachable = counted.total
    if counted.is_done:
        reachable = sum(
            many
            for (then, why), many in counted.counts.items()
            if sort_foreseen(then, why) in {GETS, LATER, ASIDE} and why != UNIVERSAL
        )
    return show_foresight(foresee_campaign(shown), METRIC, shown.control_bp, people=reachable)


@sees
@require_GET
def count(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    """How far the worker has counted; once it is done the page loads anew."""
    shown = get_campaign(campaign_uuid)
    try:
        context = {"campaign": shown, **show_count(count_people(shown))}
    except WafaaError as error:
        context = {"campaign": shown, "hindrance": str(error)}
    response = render(request, "journeys/counted.html", context)
    if context.get("hindrance") or context["counted"].is_done:
        response["HX-Refresh"] = "true"
    return response


@sends
@require_http_methods(["GET", "POST"])
def launch(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    """Asks once more, with the numbers, before anything goes."""
    shown = get_campaign(campaign_uuid)
    if shown.state != CampaignState.DRAFT:
        raise CampaignFixed
    if request.method == "POST":
        try:
            launched = launch_campaign(campaign=shown, by=request.staff)
        except WafaaError as error:
            messages.error(request, str(error))
            return redirect("campaign", shown.uuid)
        if launched.state == CampaignState.WAITING:
            messages.success(request, _("Launched. It waits until somebody else has agreed."))
        else:
            messages.success(request, _("Launched. You can pause or cancel it on this page at any time."))
        return redirect("campaign", shown.uuid)
    context = {**_describe(request, shown), **_look_ahead(shown)}
    limit = get_approval_above()
    context |= {
        "needs_approval": needs_approval(context["segment_size"], limit),
        "limit": limit,
        "trail": make_trail((shown.name, reverse("campaign", args=[shown.uuid]))),
    }
    return render(request, "journeys/launch.html", context)


@sends
@require_POST
def approve(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    shown = get_campaign(campaign_uuid)
    try:
        approve_campaign(campaign=shown, by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You agreed. It goes out when its time has come."))
    return redirect("campaign", shown.uuid)


def _show_progress(shown: Campaign) -> dict[str, Any]:
    """For journeys/progress.html."""
    progress = get_progress(shown)
    ended = sum(many for state, many in progress.states.items() if state in ENDED)
    written = sum(progress.states.values())
    state = CampaignState(shown.state)
    begins_soon = shown.begins_at is not None and shown.begins_at - clock.now() < SOON
    return {
        "progress": progress,
        "done": progress.excluded + ended,
        "total": max(progress.size, progress.excluded + written),
        "states": show_states(shown.reason, dict(progress.states)),
        "is_finished": state in OVER and not progress.waiting,
        "is_moving": state == CampaignState.SENDING
        or (state == CampaignState.SCHEDULED and begins_soon)
        or (state in OVER and progress.waiting > 0),
        "sending_uuid": find_sending(shown.reason),
    }


@sees
@require_GET
def progress(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    """The numbers alone, asked for again while something moves; when its state changes the page loads anew."""
    shown = get_campaign(campaign_uuid)
    context = {
        "campaign": shown,
        "state": CAMPAIGN_STATES[shown.state],
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        **_show_progress(shown),
    }
    response = render(request, "journeys/progress.html", context)
    if request.GET.get("state") != shown.state or not context["is_moving"]:
        response["HX-Refresh"] = "true"
    return response


def _show_results(request: StaffRequest, shown: Campaign) -> dict[str, Any]:
    if not shown.people:
        return {"results": None}
    try:
        return {"results": read_results(shown.experiment, request.GET.get("metric", ""))}
    except MetricUnknown:
        return {"results": read_results(shown.experiment)}


@sends
@require_POST
def turn(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    """Pause, go on, cancel."""
    shown = get_campaign(campaign_uuid)
    wanted = request.POST.get("state", "")
    try:
        if wanted == CampaignState.PAUSED:
            pause_campaign(campaign=shown, by=request.staff)
            messages.success(
                request, _("Paused. What is being handed over at this moment still goes; nothing else.")
            )
        elif wanted == CampaignState.SENDING:
            resume_campaign(campaign=shown, by=request.staff)
            messages.success(request, _("It goes on. What has become too late meanwhile is left out."))
        elif wanted == CampaignState.CANCELLED:
            _cancel(request, shown)
    except WafaaError as error:
        messages.error(request, str(error))
    return redirect("campaign", shown.uuid)


def _cancel(request: StaffRequest, shown: Campaign) -> None:
    if get_progress(shown).waiting > CANCELLED_AT_ONCE:
        if shown.state in OPEN:
            pause_campaign(campaign=shown, by=request.staff)
        ask_cancel(shown, request.staff)
        messages.success(request, _("Nothing leaves any more. What waits is being cancelled."))
        return
    many = cancel_campaign(campaign=shown, by=request.staff)
    said = ngettext(
        "Cancelled: %(count)s message does not go.", "Cancelled: %(count)s messages do not go.", many
    )
    messages.success(request, said % {"count": format_number(many)})
