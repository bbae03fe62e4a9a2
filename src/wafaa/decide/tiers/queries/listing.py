"""Who stands where, who changes next, and what changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from wafaa.decide.loyalty.models import Member, Programme
from wafaa.decide.loyalty.rules.tiers import TierSet
from wafaa.decide.tiers.errors import SetMissing
from wafaa.decide.tiers.models import Change, Standing
from wafaa.decide.tiers.queries.defining import list_defined


def get_set(programme: Programme, code: str) -> TierSet:
    """As it holds. Raises SetMissing."""
    for one in list_defined([programme.pk]):
        for tier_set in one.sets:
            if tier_set.code == code:
                return tier_set
    raise SetMissing


def count_standings(programme: Programme) -> dict[tuple[str, str], int]:
    """(set, tier) -> how many, "" for those who stand in none."""
    rows = Standing.objects.filter(programme=programme).order_by().values_list("set_code", "tier")
    return {(code, tier): count for code, tier, count in rows.annotate(count=Count("id"))}


def list_inside(programme: Programme, set_code: str, tier: str) -> QuerySet[Standing]:
    """Members who stand in a tier, the latest first."""
    found = Standing.objects.filter(
        programme=programme, set_code=set_code, tier=tier, member__customer__isnull=False
    )
    return found.select_related("member__customer").order_by("-since", "-id")


def list_ending(programme: Programme, set_code: str, *, until: datetime) -> QuerySet[Standing]:
    """Whose tier may end by then, the soonest first; `ends_at` has grace in it."""
    found = Standing.objects.filter(
        programme=programme, set_code=set_code, keeps_until__lte=until, member__customer__isnull=False
    )
    found = found.annotate(ends_at=Coalesce("grace_until", "keeps_until"))
    return found.select_related("member__customer").order_by("ends_at", "id")


def list_changes(member_id: int) -> QuerySet[Change]:
    """The latest first."""
    return Change.objects.filter(member=member_id).order_by("-at", "-id")


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Tiers held, and how they changed, as plain values."""
    members = list(Member.objects.filter(customer=customer_id).values_list("pk", flat=True))
    standings = Standing.objects.filter(member__in=members).order_by("id")
    changes = Change.objects.filter(member__in=members).order_by("at", "id")
    held = standings.values("set_code", "tier", "since", "keeps_until", "grace_until", "amount")
    return {
        "loyalty_tiers": [dict(one) for one in held],
        "loyalty_tier_changes": [
            dict(one) for one in changes.values("set_code", "before", "after", "why", "at")
        ],
    }
