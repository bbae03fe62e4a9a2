"""What only this room's own pages and API look up: versions, what was set aside, members with their customers."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wafaa.know.customers.models import Customer
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.models import Build, Membership, Segment, SetAside, Version


@dataclass(frozen=True, kw_only=True)
class Member:
    customer: Customer
    since: datetime


@dataclass(frozen=True, kw_only=True)
class MembersPage:
    """Who was erased a moment ago is left out. More come behind `next_after`; None where these are the last."""

    members: list[Member]
    next_after: int | None


def get_kept_segment(segment_uuid: uuid.UUID) -> Segment:
    """One that was set aside too, to be had back. Raises SegmentMissing."""
    segment = Segment.objects.filter(uuid=segment_uuid).first()
    if segment is None:
        raise SegmentMissing
    return segment


def list_versions(segment: Segment) -> QuerySet[Version]:
    """The newest first."""
    return Version.objects.filter(segment=segment).select_related("staff").order_by("-number")


def get_version(segment: Segment, number: int) -> Version:
    """Raises SegmentMissing."""
    found = Version.objects.select_related("segment").filter(segment=segment, number=number).first()
    if found is None:
        raise SegmentMissing
    return found


def list_set_aside() -> QuerySet[SetAside]:
    """Those that can still be had back, the last one first."""
    return SetAside.objects.select_related("segment", "staff").order_by("-at")


def is_counting(segment: Segment) -> bool:
    """Whether a build is under way."""
    return Build.objects.filter(segment=segment, state=Build.State.COMING).exists()


def list_counting(segments: Collection[Segment]) -> set[int]:
    """The ids of those of which a build is under way."""
    coming = Build.objects.filter(segment__in=segments, state=Build.State.COMING)
    return {one for one in coming.values_list("segment_id", flat=True) if one is not None}


def list_members(segment: Segment, *, after: int = 0, limit: int = 50) -> MembersPage:
    """Up to `limit` members behind `after`, in the order of their ids."""
    shown = Segment.objects.filter(pk=segment.pk).values("build")[:1]
    # one statement: of two, the second could meet with another build, or somebody gone
    found = Membership.objects.filter(build=shown, is_member=True, customer__gt=after).order_by("customer_id")
    rows = list(found.values_list("customer_id", "since")[: limit + 1])
    since = dict(rows[:limit])
    customers = Customer.objects.select_related("totals").in_bulk(list(since))
    return MembersPage(
        members=[Member(customer=customers[one], since=since[one]) for one in since if one in customers],
        next_after=rows[limit - 1][0] if len(rows) > limit else None,
    )


def find_since(segment: Segment, customer_id: int) -> datetime | None:
    """Since when a customer is in; None of who is not."""
    found = Membership.objects.filter(build=segment.build_id, customer=customer_id, is_member=True)
    return found.values_list("since", flat=True).first()
