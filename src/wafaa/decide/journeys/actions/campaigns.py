"""Writing campaigns: drafted, launched, agreed to by a second person, paused, cancelled."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions import cancel_sending, pause_sending, resume_sending
from wafaa.act.messages.errors import SendingMissing
from wafaa.decide.experiments.actions import ensure_universal, finish_experiment
from wafaa.decide.experiments.rules import Kind
from wafaa.decide.experiments.rules import State as ExperimentState
from wafaa.decide.journeys.audience import digest_text, get_ready_template, get_segments, read_local
from wafaa.decide.journeys.errors import (
    CampaignFixed,
    CampaignStands,
    ControlWrong,
    SecondPersonNeeded,
    TimeOver,
)
from wafaa.decide.journeys.models import Campaign, JourneySettings
from wafaa.decide.journeys.queries.campaigns import get_approval_above
from wafaa.decide.journeys.rules import (
    CONTROL_BP,
    CONTROL_BP_MAX,
    EARLIEST_ZONE,
    CampaignState,
    find_ceiling,
    find_clock_time,
    needs_approval,
)
from wafaa.decide.journeys.treating import make_experiment
from wafaa.kit import clock
from wafaa.learn.segments.queries import count_members

# Why a campaign stands still by itself.
GROWN = "grown"  # more people than were agreed to
REWRITTEN = "rewritten"  # another text than was agreed to
_CHANGEABLE = (
    "name", "template", "segment", "exclusions", "channel", "priority", "control_bp", "window_days", "starts_at",
    "local_at", "patience_hours",
)  # fmt: skip
_OPEN = (CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.SENT)


@transaction.atomic
def create_campaign(
    *,
    name: str,
    template: uuid.UUID,
    segment: uuid.UUID,
    by: Staff | None,
    exclusions: Sequence[uuid.UUID] = (),
    control_bp: int = CONTROL_BP,
    **further: Any,
) -> Campaign:
    """A draft. `starts_at` is a moment; `local_at` ("2026-11-22T10:00") what each customer's own clock shows; neither: as soon
    as it is launched. Raises ControlWrong, TimeUnreadable.
    """
    ensure_universal()  # so that a dry run knows already who is kept aside of all marketing
    campaign = Campaign(
        name=name.strip(), salt=secrets.token_hex(16), created_at=clock.now(), created_by=by, template=template,
        segment=segment,
    )  # fmt: skip
    _set(campaign, {"exclusions": exclusions, "control_bp": control_bp, **further})
    campaign.save()
    record_change(staff=by, deed="create_campaign", subject=campaign.name, after=_tell(campaign))
    return campaign


@transaction.atomic
def change_campaign(*, campaign: Campaign, changes: Mapping[str, Any], by: Staff | None) -> Campaign:
    """Of a draft. Raises CampaignFixed, ControlWrong, TimeUnreadable."""
    campaign = _lock(campaign)
    if campaign.state != CampaignState.DRAFT:
        raise CampaignFixed
    before = _tell(campaign)
    _set(campaign, changes)
    campaign.save()
    record_change(
        staff=by, deed="change_campaign", subject=campaign.name, before=before, after=_tell(campaign)
    )
    return campaign


def _set(campaign: Campaign, changes: Mapping[str, Any]) -> None:
    for name in _CHANGEABLE:
        if name in changes:
            value = changes[name]
            setattr(campaign, name, [str(one) for one in value] if name == "exclusions" else value)
    if not 0 <= campaign.control_bp <= CONTROL_BP_MAX:
        raise ControlWrong
    if campaign.local_at:
        campaign.local_at = read_local(campaign.local_at).isoformat(timespec="minutes")


def _lock(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("experiment").get(pk=campaign.pk)


def _tell(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "template": str(campaign.template),
        "segment": str(campaign.segment),
        "exclusions": list(campaign.exclusions),
        "control_bp": campaign.control_bp,
        "at": campaign.local_at or (campaign.starts_at.isoformat() if campaign.starts_at else ""),
    }


@transaction.atomic
def launch_campaign(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Goes out when its time comes; one of very many people waits for a second member of staff first.

    Raises CampaignFixed, TemplateNotReady, SegmentMissing, SegmentNotBuilt, TimeOver.
    """
    campaign = _lock(campaign)
    if campaign.state != CampaignState.DRAFT:
        raise CampaignFixed
    template = get_ready_template(campaign.template)
    segment, _exclusions = get_segments(campaign)
    now, limit = clock.now(), get_approval_above()
    campaign.size = count_members([segment])[segment.pk]
    campaign.begins_at = _find_beginning(campaign, now)
    campaign.experiment = make_experiment(
        name=campaign.name,
        kind=Kind.CAMPAIGN,
        control_bp=campaign.control_bp,
        salt=campaign.salt,
        purpose=template.purpose,
        window_days=campaign.window_days,
        by=by,
    )
    campaign.launched_at, campaign.launched_by = now, by
    campaign.ceiling = find_ceiling(0, limit)
    campaign.state = CampaignState.SCHEDULED
    if needs_approval(campaign.size, limit):
        campaign.state = CampaignState.WAITING
    campaign.save()
    record_change(staff=by, deed="launch_campaign", subject=campaign.name, after={"people": campaign.size})
    return campaign


def _find_beginning(campaign: Campaign, now: datetime) -> datetime:
    """When people are gone through: for their own clocks as soon as the first of them comes near, which is a day before the
    last. Messages wait until each one's hour, and are asked about again then.
    """
    if campaign.local_at:
        local = read_local(campaign.local_at)
        if find_clock_time(local.date(), local.hour * 60 + local.minute, get_business().zone) < now:
            raise TimeOver  # it would go at once to nearly everybody
        return max(now, local.replace(tzinfo=UTC) - EARLIEST_ZONE)
    if campaign.starts_at and campaign.starts_at < now:
        raise TimeOver
    return campaign.starts_at or now


@transaction.atomic
def approve_campaign(*, campaign: Campaign, by: Staff) -> Campaign:
    """The second agreement: to so many people, and to the text as it stands. Raises CampaignStands, SecondPersonNeeded,
    SegmentMissing, SegmentNotBuilt, TemplateNotReady.
    """
    campaign = _lock(campaign)
    if campaign.state != CampaignState.WAITING:
        raise CampaignStands
    if campaign.launched_by_id is None or campaign.launched_by_id == by.pk:
        raise SecondPersonNeeded
    segment, _exclusions = get_segments(campaign)
    campaign.size = count_members([segment])[segment.pk]
    campaign.ceiling = find_ceiling(campaign.size, get_approval_above())
    campaign.state = CampaignState.SENDING if campaign.after else CampaignState.SCHEDULED
    campaign.why, campaign.approved_at, campaign.approved_by = "", clock.now(), by
    campaign.agreed_text = digest_text(get_ready_template(campaign.template))
    if not campaign.starts_at and not campaign.local_at and campaign.begins_at:
        campaign.begins_at = max(campaign.begins_at, clock.now())  # as soon as it is agreed to
    campaign.save()
    record_change(staff=by, deed="approve_campaign", subject=campaign.name, after={"people": campaign.size})
    return campaign


@transaction.atomic
def pause_campaign(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Nobody more is asked about, and nothing more leaves. Raises CampaignStands."""
    campaign = _lock(campaign)
    if campaign.state == CampaignState.PAUSED:
        return campaign
    if campaign.state not in _OPEN:
        raise CampaignStands
    campaign.state = CampaignState.PAUSED
    campaign.save(update_fields=["state"])
    _steer(pause_sending, campaign, by)
    record_change(staff=by, deed="pause_campaign", subject=campaign.name)
    return campaign


@transaction.atomic
def resume_campaign(*, campaign: Campaign, by: Staff | None) -> Campaign:
    """Goes on where it stood. Raises CampaignStands."""
    campaign = _lock(campaign)
    if campaign.state != CampaignState.PAUSED:
        raise CampaignStands
    begun = CampaignState.SENDING if campaign.after else CampaignState.SCHEDULED
    campaign.state = CampaignState.SENT if campaign.walked_at else begun
    campaign.why = ""
    campaign.save(update_fields=["state", "why"])
    _steer(resume_sending, campaign, by)
    record_change(staff=by, deed="resume_campaign", subject=campaign.name)
    return campaign


def cancel_campaign(*, campaign: Campaign, by: Staff | None) -> int:
    """For good; what waits is written off in chunks, and a cancellation that was cut short is ended by calling it again.
    Returns how many messages did not go. Raises CampaignStands for one that nobody has launched.
    """
    campaign = _mark_cancelled(campaign, by)
    try:
        return cancel_sending(reason=campaign.reason, by=by)
    except SendingMissing:
        return 0


@transaction.atomic
def _mark_cancelled(campaign: Campaign, by: Staff | None) -> Campaign:
    campaign = _lock(campaign)
    if campaign.state == CampaignState.CANCELLED:
        return campaign
    if campaign.state == CampaignState.DRAFT:
        raise CampaignStands
    campaign.state = CampaignState.CANCELLED
    campaign.save(update_fields=["state"])
    experiment = campaign.experiment
    if experiment is not None and experiment.state == ExperimentState.RUNNING:
        finish_experiment(experiment=experiment, by=by)
    record_change(staff=by, deed="cancel_campaign", subject=campaign.name)
    return campaign


def _steer(deed: Any, campaign: Campaign, by: Staff | None) -> None:
    """Where nothing was asked for yet there is nothing to steer."""
    try:
        deed(reason=campaign.reason, by=by)
    except SendingMissing:
        return


@transaction.atomic
def copy_campaign(*, campaign: Campaign, name: str, by: Staff | None) -> Campaign:
    """A draft of the same, with a division of its own; its time is left out, for that is over."""
    return create_campaign(
        name=name,
        template=campaign.template,
        segment=campaign.segment,
        exclusions=[uuid.UUID(one) for one in campaign.exclusions],
        control_bp=campaign.control_bp,
        channel=campaign.channel,
        priority=campaign.priority,
        window_days=campaign.window_days,
        patience_hours=campaign.patience_hours,
        by=by,
    )


@transaction.atomic
def remove_draft(*, campaign: Campaign, by: Staff | None) -> None:
    """Raises CampaignFixed for what was launched: it stays to be looked at."""
    campaign = _lock(campaign)
    if campaign.state != CampaignState.DRAFT:
        raise CampaignFixed
    record_change(staff=by, deed="remove_campaign", subject=campaign.name, before=_tell(campaign))
    campaign.delete()


@transaction.atomic
def set_approval_above(*, people: int, by: Staff | None) -> None:
    """From more people than this on somebody else has to agree to a campaign."""
    before = get_approval_above()
    JourneySettings.objects.update_or_create(id=1, defaults={"approval_above": people})
    record_change(
        staff=by,
        deed="change_settings",
        subject="campaigns",
        before={"approval_above": before},
        after={"approval_above": people},
    )
