"""What only this room's own pages and API look up: versions, what was set aside, members with their customers."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wafaa.know.customers.models import Customer
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.models import Build, Membership, Segment, SetAside, Version
from wafaa.learn.segments.queries import get_segment, list_member_ids


@dataclass(frozen=True, kw_only=True)
class Member:
    customer: Customer
    since: datetime


def get_shown_segment(segment_uuid: uuid.UUID) -> Segment:
    """One that was not set aside. Raises SegmentMissing."""
    segment = get_segment(segment_uuid)
    if hasattr(segment, "set_aside"):
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


def list_members(segment: Segment, *, after: int = 0, limit: int = 50) -> list[Member]:
    """The members behind `after` in the order of their ids; fewer than `limit` are the last ones."""
    ids = list_member_ids(segment, after=after, limit=limit)
    customers = Customer.objects.select_related("totals").in_bulk(ids)
    build_id = Segment.objects.values_list("build_id", flat=True).get(pk=segment.pk)
    memberships = Membership.objects.filter(build=build_id, customer__in=ids)
    since = dict(memberships.values_list("customer_id", "since"))
    return [
        Member(customer=customers[one], since=since[one]) for one in ids if one in customers and one in since
    ]


def find_since(segment: Segment, customer_id: int) -> datetime | None:
    """Since when a customer is in; None of who is not."""
    found = Membership.objects.filter(build=segment.build_id, customer=customer_id, is_member=True)
    return found.values_list("since", flat=True).first()
