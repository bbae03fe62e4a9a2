"""Reading ways: a customer's visits, goals, and what belongs to one person."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.db.models.aggregates import Count

from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.journey.errors import GoalUnknown
from wafaa.know.journey.models import Goal, Milestone, Touch, Visit


@dataclass(frozen=True, kw_only=True)
class CustomerVisits:
    """What one customer's visits add up to; `last` is the latest, None without any."""

    visits: int
    pages: int
    last_at: datetime | None


def count_visits(customer: Customer) -> CustomerVisits:
    """The visits of all distinct ids that are the customer's now."""
    whose = DistinctId.objects.filter(customer=customer).values("distinct_id")
    visits = Visit.objects.filter(traveller__distinct_id__in=whose, events__gt=0)
    found = visits.aggregate(visits=Count("id"), pages=Sum("pages"), last_at=Max("started_at"))
    return CustomerVisits(visits=found["visits"], pages=found["pages"] or 0, last_at=found["last_at"])


def find_visits(*, distinct_ids: Collection[str], start: datetime, end: datetime) -> dict[str, list[Visit]]:
    """The visits of some distinct ids that touch a span of time, oldest first, by distinct id."""
    rows = _list_visits(distinct_ids).filter(ended_at__gte=start, started_at__lte=end)
    found: dict[str, list[Visit]] = {}
    for visit in rows.select_related("traveller").order_by("started_at"):
        found.setdefault(visit.traveller.distinct_id, []).append(visit)
    return found


def list_goals() -> QuerySet[Goal]:
    return Goal.objects.order_by("created_at", "id")


def has_goal(name: str) -> bool:
    return Goal.objects.filter(name=name).exists()


def get_goal(goal_uuid: uuid.UUID) -> Goal:
    """Raises GoalUnknown."""
    try:
        return Goal.objects.get(uuid=goal_uuid)
    except Goal.DoesNotExist as error:
        raise GoalUnknown from error


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Everything that this room holds of a person."""
    whose = {"traveller__distinct_id__in": list(distinct_ids)}
    visits = _list_visits(distinct_ids).order_by("started_at")
    touches = Touch.objects.filter(**whose).order_by("at", "position")
    milestones = Milestone.objects.filter(**whose).order_by("at", "id")
    return {
        "visits": _read(
            visits,
            ("started_at", "ended_at", "pages", "events", "channel", "entry_page", "referrer", "campaign"),
        ),
        "touches": _read(touches, ("name", "at")),
        "milestones": _read(milestones, ("step", "number", "at", "due_at", "reason", "seconds", "source")),
    }


def _read(rows: QuerySet[Any], names: Sequence[str]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows.values(*names)]


def _list_visits(distinct_ids: Collection[str]) -> QuerySet[Visit]:
    return Visit.objects.filter(traveller__distinct_id__in=list(distinct_ids), events__gt=0)
