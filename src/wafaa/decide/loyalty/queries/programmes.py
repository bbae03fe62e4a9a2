"""Programmes, their versions and members."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from wafaa.decide.loyalty.errors import MemberMissing, ProgrammeMissing
from wafaa.decide.loyalty.models import Earning, Member, Occasion, Programme, Version
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import Content, Earn, read_content


def get_programme(programme_uuid: uuid.UUID) -> Programme:
    """Raises ProgrammeMissing."""
    found = Programme.objects.select_related("unit").filter(uuid=programme_uuid).first()
    if found is None:
        raise ProgrammeMissing
    return found


def list_programmes() -> QuerySet[Programme]:
    """With how many members each has."""
    members = Count("members", filter=Q(members__left_at=None))
    return Programme.objects.select_related("unit").annotate(member_count=members).order_by("id")


def find_draft(programme: Programme) -> Version | None:
    return Version.objects.filter(programme=programme, published_at=None).first()


def find_published(programme: Programme) -> Version | None:
    """The latest that had rules."""
    published = Version.objects.filter(programme=programme, published_at__isnull=False, is_silent=False)
    return published.order_by("-number").first()


def list_versions(programme: Programme) -> QuerySet[Version]:
    """The newest first, pauses and the end among them."""
    return Version.objects.filter(programme=programme, published_at__isnull=False).order_by("-number")


def list_rules(version: Version | None) -> list[Earn]:
    return read_content(version.content).rules if version else []


def compare_versions(before: Content, after: Content) -> list[tuple[Earn | None, Earn | None]]:
    """Rules that came, went or changed: (as it was, as it is)."""
    old = {one.id: one for one in before.rules}
    new = {one.id: one for one in after.rules}
    order = [*new, *(one for one in old if one not in new)]
    return [(old.get(one), new.get(one)) for one in order if old.get(one) != new.get(one)]


def get_member(member_uuid: uuid.UUID) -> Member:
    """Raises MemberMissing."""
    found = Member.objects.select_related("programme__unit", "customer").filter(uuid=member_uuid).first()
    if found is None:
        raise MemberMissing
    return found


def list_members(programme: Programme) -> QuerySet[Member]:
    """Who is one now, with the customer."""
    found = Member.objects.filter(programme=programme, left_at=None, customer__isnull=False)
    return found.select_related("customer")


def list_memberships(customer_id: int) -> list[Member]:
    """Of programmes that were ever live, whoever left left out."""
    found = Member.objects.select_related("programme__unit").filter(customer=customer_id, left_at=None)
    return list(found.exclude(programme__state=State.DRAFT).order_by("programme_id"))


def list_occasions(member: Member) -> QuerySet[Occasion]:
    """What they did, the latest first."""
    return Occasion.objects.filter(member=member).select_related("version").order_by("-at", "-id")


def find_occasions(order_id: int) -> QuerySet[Occasion]:
    """One for each programme that the order counted in."""
    found = Occasion.objects.filter(programme__in=Programme.objects.all(), key=f"order:{order_id}")
    return found.select_related("version", "programme__unit").order_by("id")


def sum_awarded(occasion_ids: Sequence[int]) -> dict[int, int]:
    """By occasion: what stands, in all units."""
    rows = Earning.objects.filter(occasion__in=occasion_ids).order_by()
    return dict(rows.values_list("occasion_id").annotate(sum=Sum("awarded")))


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Memberships, and what was earned when by which rule, as plain values."""
    members = Member.objects.filter(customer=customer_id).order_by("id")
    earnings = Earning.objects.filter(member__in=list(members.values_list("pk", flat=True))).order_by(
        "at", "rule"
    )
    memberships = members.values(
        "uuid", "programme__uuid", "programme__name", "tiers", "joined_at", "left_at"
    )
    earned = earnings.values("occasion__key", "rule", "unit__code", "at", "base", "target", "awarded")
    return {
        "loyalty_memberships": [dict(one) for one in memberships],
        "loyalty_earnings": [dict(one) for one in earned],
    }
