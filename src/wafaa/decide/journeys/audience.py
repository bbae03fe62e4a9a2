"""Who is meant by a campaign, and when each of them: segments less exclusions, clocks of customers."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wafaa.act.messages.foreseeing import find_clocks
from wafaa.act.messages.models import Template
from wafaa.act.messages.rules import Lane
from wafaa.decide.journeys.errors import SegmentNotBuilt, TemplateNotReady, TimeUnreadable
from wafaa.decide.journeys.models import Campaign
from wafaa.decide.journeys.rules import choose_zone, find_clock_time
from wafaa.decide.journeys.treating import Treatment
from wafaa.kit import clock
from wafaa.learn.segments.models import Build, Segment
from wafaa.learn.segments.queries import find_members, get_segment, list_member_ids


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """The next members of the segment by id: those who are meant, those left out, and whether these were the last."""

    meant: list[int]
    excluded: list[int]
    last_id: int
    is_end: bool


def read_chunk(segment: Segment, exclusions: Sequence[Segment], *, after: int, limit: int) -> Chunk:
    ids = list_member_ids(segment, after=after, limit=limit)
    out: set[int] = set()
    for one in exclusions:
        out |= find_members(one, ids)
    return Chunk(
        meant=[one for one in ids if one not in out],
        excluded=sorted(out),
        last_id=ids[-1] if ids else after,
        is_end=len(ids) < limit,
    )


def get_segments(campaign: Campaign) -> tuple[Segment, list[Segment]]:
    """The segment, and those whose members are left out. Raises SegmentMissing, SegmentNotBuilt: whoever sends to a segment
    less one that nobody has counted would write to people who were to be left out.
    """
    segment = get_counted(campaign.segment)
    return segment, [get_counted(uuid.UUID(one)) for one in campaign.exclusions]


def get_counted(segment_uuid: uuid.UUID) -> Segment:
    """A segment that shows who is in by its present conditions. Until those are counted it goes on showing the former ones'
    members, also where a segment that it names was changed. Raises SegmentMissing, SegmentNotBuilt.
    """
    segment = get_segment(segment_uuid)
    shown = segment.build
    if shown is None or shown.version != segment.version:
        raise SegmentNotBuilt
    coming = segment.builds.filter(state=Build.State.COMING)
    if coming.exclude(definition=shown.definition).exists():
        raise SegmentNotBuilt
    return segment


def get_ready_template(template: uuid.UUID | None) -> Template:
    """Raises TemplateNotReady."""
    found = Template.objects.select_related("latest").filter(uuid=template).first() if template else None
    if found is None or found.state != "ready":
        raise TemplateNotReady
    return found


def digest_text(template: Template) -> str:
    """All that decides what it says, blocks included: two that are equal say the same."""
    told = template.latest and (template.latest.uuid.hex, template.latest.compiled)
    text = json.dumps([told, template.purpose, template.languages], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def make_treatment(campaign: Campaign, template: Template) -> Treatment:
    return Treatment(
        reason=campaign.reason,
        template=template,
        experiment=campaign.experiment,
        salt=campaign.salt,
        control_bp=campaign.control_bp,
        channel=campaign.channel,
        lane=Lane.BULK,
        priority=campaign.priority,
    )


def read_local(text: str) -> datetime:
    """What a clock shows, without a zone. Raises TimeUnreadable."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeUnreadable from error
    if told.tzinfo is not None or not 1970 < told.year < 2200:
        raise TimeUnreadable
    return told.replace(second=0, microsecond=0)


def find_moments(campaign: Campaign, customer_ids: Sequence[int]) -> dict[int, datetime]:
    """When each customer's message is due; not before now."""
    now = clock.now()
    if not campaign.local_at:
        due = max(campaign.starts_at or now, now)
        return dict.fromkeys(customer_ids, due)
    local, by_zones = read_local(campaign.local_at), {}
    moments = {}
    for customer_id, zones in find_clocks(customer_ids).items():
        if zones not in by_zones:
            zone = choose_zone(zones, now)
            by_zones[zones] = find_clock_time(local.date(), local.hour * 60 + local.minute, zone)
        moments[customer_id] = max(by_zones[zones], now)
    return moments
