"""Going through a campaign's people: a thousand at a time, each thousand and how far it came in one transaction."""

from datetime import datetime, timedelta

from django.db import transaction

from wafaa.act.messages.errors import SendingOver
from wafaa.decide.experiments.actions import finish_experiment, plan_end, start_experiment
from wafaa.decide.experiments.rules import State as ExperimentState
from wafaa.decide.journeys.actions.campaigns import GROWN, REWRITTEN, cancel_campaign
from wafaa.decide.journeys.actions.turns import take_turns
from wafaa.decide.journeys.audience import (
    digest_text,
    find_moments,
    get_ready_template,
    get_segments,
    make_treatment,
    read_chunk,
)
from wafaa.decide.journeys.errors import SegmentNotBuilt, TimeOver
from wafaa.decide.journeys.models import Campaign
from wafaa.decide.journeys.rules import EARLIEST_ZONE, LATEST_ZONE, CampaignState
from wafaa.decide.journeys.treating import Wanted, treat
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError

# Written in a second at most, for readers of the stream wait meanwhile.
CHUNK = 1_000
# The one message of a campaign.
STEP = "1"
_UNDER_WAY = (CampaignState.SCHEDULED, CampaignState.SENDING)
# Exposures of the last chunk come before the end of the plan.
_TICK = timedelta(seconds=1)


def walk_campaigns(*, chunk: int = CHUNK) -> int:
    """One chunk of each campaign whose time has come and that nobody else has in hand; returns how many people those were.

    Killed at any line it goes on behind the last thousand that was committed; what was asked for twice is there once.
    """
    due = Campaign.objects.filter(state__in=_UNDER_WAY, begins_at__lte=clock.now())
    ids = due.order_by("begins_at", "id").values_list("pk", flat=True)
    people = take_turns(ids, lambda pk: _walk(pk, chunk))
    _finish_experiments()
    return people


def _walk(pk: int, chunk: int) -> int:
    """What cannot go on says so and stands still; others do."""
    try:
        return _walk_chunk(pk, chunk)
    except SendingOver:  # somebody ended its messages for good
        cancel_campaign(campaign=Campaign.objects.get(pk=pk), by=None)
    except SegmentNotBuilt as error:  # it goes on by itself once they are counted
        waiting = Campaign.objects.filter(pk=pk, state__in=_UNDER_WAY).exclude(why=error.code)
        waiting.update(why=error.code)
    except WafaaError as error:
        Campaign.objects.filter(pk=pk, state__in=_UNDER_WAY).update(
            state=CampaignState.PAUSED, why=error.code[:40]
        )
    return 0


@transaction.atomic
def _walk_chunk(pk: int, chunk: int) -> int:
    found = Campaign.objects.select_for_update(skip_locked=True, of=("self",)).select_related("experiment")
    campaign = found.filter(pk=pk, state__in=_UNDER_WAY).first()
    if campaign is None:
        return 0
    patience = timedelta(hours=campaign.patience_hours)
    if _find_last_due(campaign) + patience <= clock.now():
        raise TimeOver
    template = get_ready_template(campaign.template)
    if campaign.agreed_text and campaign.agreed_text != digest_text(template):
        campaign.state, campaign.why = CampaignState.WAITING, REWRITTEN
        campaign.save()
        return 0
    if campaign.state == CampaignState.SCHEDULED:
        campaign.state = CampaignState.SENDING
        if campaign.experiment is not None:
            campaign.experiment = start_experiment(experiment=campaign.experiment, by=None)
    treatment = make_treatment(campaign, template)
    segment, exclusions = get_segments(campaign)
    people = read_chunk(segment, exclusions, after=campaign.after, limit=chunk)
    if campaign.people + len(people.meant) > campaign.ceiling:
        campaign.state, campaign.why = CampaignState.WAITING, GROWN
        campaign.save()
        return 0
    moments = find_moments(campaign, people.meant)
    now = clock.now()
    treat(
        treatment,
        [
            Wanted(
                customer_id=one,
                step=STEP,
                due_at=due if due > now else None,
                deadline=due + patience,
            )
            for one, due in moments.items()
        ],
    )
    campaign.after, campaign.why = people.last_id, ""
    campaign.people += len(people.meant)
    campaign.excluded += len(people.excluded)
    if people.is_end:
        _end(campaign)
    campaign.save()
    return len(people.meant) + len(people.excluded)


def _find_last_due(campaign: Campaign) -> datetime:
    """When the last of its messages was meant to go, however long it stood still: by the last clock on earth, if by their own."""
    began_at = campaign.begins_at or clock.now()
    return began_at + EARLIEST_ZONE + LATEST_ZONE if campaign.local_at else began_at


def _end(campaign: Campaign) -> None:
    now = clock.now()
    campaign.state, campaign.walked_at = CampaignState.SENT, now
    if campaign.experiment is not None:
        plan_end(experiment=campaign.experiment, planned_until=now + _TICK)


def _finish_experiments() -> None:
    """Of campaigns whose people have all come in."""
    over = Campaign.objects.filter(
        walked_at__isnull=False,
        experiment__state=ExperimentState.RUNNING,
        experiment__planned_until__lte=clock.now(),
    )
    for campaign in over.select_related("experiment"):
        if campaign.experiment is not None:
            finish_experiment(experiment=campaign.experiment, by=None)
