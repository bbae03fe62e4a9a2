"""Reading campaigns: the dry run, how they go, what they brought."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from wafaa.act.messages.foreseeing import SmsCost, foresee, foresee_missing, foresee_sms
from wafaa.act.messages.queries import count_states
from wafaa.act.messages.rules import Decision, Person, State
from wafaa.decide.experiments.queries import foresee_effect
from wafaa.decide.experiments.rules import Foresight
from wafaa.decide.journeys.audience import (
    find_moments,
    get_ready_template,
    get_segments,
    make_treatment,
    read_chunk,
)
from wafaa.decide.journeys.errors import CampaignMissing
from wafaa.decide.journeys.models import Campaign, JourneySettings
from wafaa.decide.journeys.rules import APPROVAL_ABOVE, Foreseen, Progress
from wafaa.decide.journeys.treating import Treatment, assign_groups
from wafaa.learn.segments.queries import sample_member_ids

DRY_RUN_AT_ONCE = 1_000
# Of a larger audience the detectable effect is foreseen from a part: see experiments.
FORESEEN_MAX = 50_000
# So many are written to see how long an SMS becomes: a tenth of a second.
WRITTEN_AT_ONCE = 200
SMS = "sms"
# What a dry run says of members of the segment who are left out.
EXCLUDED = "excluded"


def get_approval_above() -> int:
    """From more people than this on a second member of staff has to agree."""
    row = JourneySettings.objects.filter(id=1).first()
    return row.approval_above if row else APPROVAL_ABOVE


def list_campaigns(*, state: str = "", search: str = "") -> QuerySet[Campaign]:
    """The newest first."""
    found = Campaign.objects.select_related("experiment", "created_by", "approved_by")
    found = found.filter(state=state) if state else found
    return found.filter(name__icontains=search) if search else found


def get_campaign(campaign_uuid: uuid.UUID) -> Campaign:
    """Raises CampaignMissing."""
    found = list_campaigns().filter(uuid=campaign_uuid).first()
    if found is None:
        raise CampaignMissing
    return found


def list_dry_run(
    campaign: Campaign, *, after: int = 0, limit: int = DRY_RUN_AT_ONCE
) -> tuple[list[Foreseen], int | None]:
    """What would become of the next members of the segment behind `after`, by id; and where to go on, None at the end.

    `then` is a state of messages, or "excluded". The gate is asked as it would answer at each one's moment; the budget
    without what others of this campaign will have spent, for everybody gets one. Nothing is written, nobody comes into an
    experiment. Raises SegmentMissing, SegmentNotBuilt, TemplateNotReady.
    """
    segment, exclusions = get_segments(campaign)
    treatment = make_treatment(campaign, get_ready_template(campaign.template))
    chunk = read_chunk(segment, exclusions, after=after, limit=limit)
    found = _foresee_chunk(campaign, treatment, chunk.meant)
    found += [Foreseen(customer_id=one, then=EXCLUDED, why=EXCLUDED, due_at=None) for one in chunk.excluded]
    found.sort(key=lambda one: one.customer_id)
    return found, None if chunk.is_end else chunk.last_id


def _foresee_chunk(campaign: Campaign, treatment: Treatment, customer_ids: list[int]) -> list[Foreseen]:
    groups = assign_groups(treatment, customer_ids)
    moments = find_moments(campaign, customer_ids)
    missing = foresee_missing(
        template=campaign.template,
        people=[Person(customer_id=one, channel=campaign.channel or None) for one in customer_ids],
    )
    found = []
    for at in sorted(set(moments.values())):
        decisions = foresee(
            people=[
                Person(customer_id=one, channel=campaign.channel or None, verdict=groups.get(one, ""))
                for one in customer_ids
                if moments.get(one) == at
            ],
            purpose=treatment.template.purpose,
            topic=treatment.template.topic,
            priority=campaign.priority,
            at=at,
            patience=timedelta(hours=campaign.patience_hours),
        )
        found += [
            _say(one, decision, missing.get(one), decision.due_at or at, groups.get(one, ""))
            for one, decision in decisions.items()
        ]
    return found


def _say(
    customer_id: int,
    decision: Decision,
    missing: tuple[str, tuple[str, ...]] | None,
    due_at: datetime,
    group: str,
) -> Foreseen:
    """Whom the gate lets pass gets nothing all the same where the message cannot be written."""
    then, why, names = decision.state, decision.why, tuple[str, ...]()
    if missing is not None and decision.state in {State.QUEUED, State.HELD}:
        then, (why, names) = State.REFUSED, missing
    return Foreseen(
        customer_id=customer_id,
        then=str(then),
        why=why,
        due_at=due_at,
        names=names,
        group=group if why == "control" else "",
    )


def iterate_dry_run(campaign: Campaign) -> Iterator[Foreseen]:
    """Everybody, chunk by chunk, for an export."""
    after: int | None = 0
    while after is not None:
        found, after = list_dry_run(campaign, after=after)
        yield from found


def foresee_campaign(campaign: Campaign, *, metric: str = "revenue") -> Foresight:
    """Which effect it could show, before it is sent; of a segment of more than FORESEEN_MAX from some of its members, so that the
    groups are those of the sample.
    """
    segment, _exclusions = get_segments(campaign)
    return foresee_effect(
        control_bp=campaign.control_bp,
        metric=metric,
        window_days=campaign.window_days,
        customer_ids=sample_member_ids(segment, limit=FORESEEN_MAX),
    )


def foresee_parts(campaign: Campaign) -> SmsCost | None:
    """What a message of it takes by SMS, as some of its people would read it; None by any other way. Raises SegmentMissing,
    SegmentNotBuilt.
    """
    if campaign.channel != SMS:
        return None
    segment, _exclusions = get_segments(campaign)
    people = [
        Person(customer_id=one, channel=SMS) for one in sample_member_ids(segment, limit=WRITTEN_AT_ONCE)
    ]
    return foresee_sms(template=campaign.template, people=people)


def get_progress(campaign: Campaign) -> Progress:
    return Progress(
        size=campaign.size,
        people=campaign.people,
        excluded=campaign.excluded,
        states=count_states(campaign.reason),
    )
