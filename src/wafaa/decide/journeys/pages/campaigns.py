"""The list of campaigns, what each brought, writing a draft, and from how many people on a second agreement is needed."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.experiments.queries import get_effect
from wafaa.decide.experiments.showing import say_reading
from wafaa.decide.experiments.words import say_share
from wafaa.decide.journeys.actions import (
    change_campaign,
    copy_campaign,
    create_campaign,
    remove_draft,
    set_approval_above,
)
from wafaa.decide.journeys.errors import CampaignFixed
from wafaa.decide.journeys.forms import (
    ApprovalForm,
    CampaignFilterForm,
    CampaignForm,
    Offers,
    describe_campaign,
)
from wafaa.decide.journeys.models import CAMPAIGN_STATES, Campaign
from wafaa.decide.journeys.pages.shared import find_segments, make_trail, read_chosen, sees, sends
from wafaa.decide.journeys.queries import get_approval_above, get_campaign, list_campaigns
from wafaa.decide.journeys.rules import CampaignState
from wafaa.kit.errors import WafaaError
from wafaa.learn.segments.offers import name_segment

PAGE_ROWS = 20
NAME_MAX = 150
TONES = {
    CampaignState.WAITING: "warn",
    CampaignState.SCHEDULED: "accent",
    CampaignState.SENDING: "good",
    CampaignState.PAUSED: "warn",
}


@sees
@require_GET
def campaigns(request: StaffRequest) -> HttpResponse:
    form = CampaignFilterForm(request.GET or None)
    asked = form.get_asked() if form.is_bound else {}
    page = Paginator(list_campaigns(**asked), PAGE_ROWS).get_page(request.GET.get("page"))
    segments = find_segments({one.segment for one in page})
    context = {
        "form": form,
        "page": page,
        "rows": [_as_row(one, segments) for one in page],
        "is_narrowed": any(asked.values()),
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        "may_change": request.staff.may(Capability.CHANGE_SETTINGS),
        "approval_form": ApprovalForm(initial={"people": get_approval_above()}),
    }
    return render(request, "journeys/campaigns.html", context)


def _as_row(campaign: Campaign, segments: dict[str, Any]) -> dict[str, Any]:
    segment = segments.get(str(campaign.segment))
    return {
        "campaign": campaign,
        "segment": name_segment(segment) if segment else "",
        "state": CAMPAIGN_STATES[campaign.state],
        "tone": TONES.get(CampaignState(campaign.state), ""),
        "people": campaign.people or campaign.size,
        "aside": say_share(campaign.control_bp) if campaign.control_bp else "",
        "has_results": campaign.experiment is not None and campaign.people > 0,
        "at": campaign.begins_at or campaign.created_at,
    }


@sees
@require_GET
def brought(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    """A cell of the list, fetched for itself: reading an effect takes a while."""
    campaign = get_campaign(campaign_uuid)
    said = ""
    if campaign.experiment is not None:
        said = say_reading(get_effect(campaign.experiment))
    return render(request, "journeys/brought.html", {"said": said})


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def approval(request: StaffRequest) -> HttpResponse:
    """From how many people on somebody else has to agree."""
    form = ApprovalForm(request.POST)
    if form.is_valid():
        set_approval_above(people=form.cleaned_data["people"], by=request.staff)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("campaigns")


@sends
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """A draft; ?segment= and ?template= are chosen beforehand."""
    offers = Offers.read()
    if request.method == "POST":
        form = CampaignForm(request.POST, offers=offers, zone=request.business.zone)
        if form.is_valid():
            try:
                made = create_campaign(by=request.staff, **form.get_changes())
            except WafaaError as error:
                form.add_error(None, str(error))
            else:
                return redirect("campaign", made.uuid)
        return _show_form(request, form, None)
    form = CampaignForm(initial=read_chosen(request, offers), offers=offers, zone=request.business.zone)
    return _show_form(request, form, None)


@sends
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    campaign, offers, zone = get_campaign(campaign_uuid), Offers.read(), request.business.zone
    if campaign.state != CampaignState.DRAFT:
        raise CampaignFixed
    if request.method == "POST":
        form = CampaignForm(request.POST, offers=offers, zone=zone)
        if form.is_valid():
            try:
                change_campaign(campaign=campaign, changes=form.get_changes(), by=request.staff)
            except WafaaError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("campaign", campaign.uuid)
        return _show_form(request, form, campaign)
    form = CampaignForm(initial=describe_campaign(campaign, zone), offers=offers, zone=zone)
    return _show_form(request, form, campaign)


def _show_form(request: StaffRequest, form: CampaignForm, campaign: Campaign | None) -> HttpResponse:
    more = [(campaign.name, reverse("campaign", args=[campaign.uuid]))] if campaign else []
    context = {
        "form": form,
        "campaign": campaign,
        "has_templates": bool(form.offers.templates),
        "chosen_exclusions": bool(form["exclusions"].value()),
        "trail": make_trail(*more),
    }
    return render(request, "journeys/campaign_form.html", context, status=422 if form.errors else 200)


@sends
@require_POST
def copy(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    campaign = get_campaign(campaign_uuid)
    name = _("Copy of %(name)s") % {"name": campaign.name}
    made = copy_campaign(campaign=campaign, name=name[:NAME_MAX], by=request.staff)
    messages.success(request, _("This is the copy. It is a draft."))
    return redirect("campaign", made.uuid)


@sends
@require_POST
def remove(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    campaign = get_campaign(campaign_uuid)
    try:
        remove_draft(campaign=campaign, by=request.staff)
    except CampaignFixed as error:
        messages.error(request, str(error))
        return redirect("campaign", campaign.uuid)
    messages.success(request, _("The draft “%(name)s” is removed.") % {"name": campaign.name})
    return redirect("campaigns")
