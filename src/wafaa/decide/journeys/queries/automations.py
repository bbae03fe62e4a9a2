"""Reading automations: which there are, who is on the way."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet

from wafaa.decide.journeys.errors import AutomationMissing
from wafaa.decide.journeys.models import Automation, Run
from wafaa.decide.journeys.ready import READY, ReadyAutomation


def list_automations(*, state: str = "", search: str = "") -> QuerySet[Automation]:
    """By name."""
    found = Automation.objects.select_related("latest", "experiment")
    found = found.filter(state=state) if state else found
    return found.filter(name__icontains=search) if search else found


def get_automation(automation_uuid: uuid.UUID) -> Automation:
    """Raises AutomationMissing."""
    found = list_automations().filter(uuid=automation_uuid).first()
    if found is None:
        raise AutomationMissing
    return found


def list_ready() -> list[tuple[ReadyAutomation, Automation | None]]:
    """The ready ones in their order, each with the automation that the business has of it."""
    own = {one.key: one for one in list_automations().exclude(key="")}
    return [(ready, own.get(key)) for key, ready in READY.items()]


def count_runs(automation: Automation) -> dict[tuple[str, str], int]:
    """How many by (state, why)."""
    rows = Run.objects.filter(automation=automation).order_by().values_list("state", "why")
    return {(state, why): many for state, why, many in rows.annotate(Count("id"))}


def list_runs(automation: Automation, *, state: str = "") -> QuerySet[Run]:
    """The latest first."""
    found = Run.objects.filter(automation=automation).select_related("customer", "version").order_by("-id")
    return found.filter(state=state) if state else found


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """All that is held of the customer here, as plain values."""
    rows = Run.objects.filter(customer=customer_id).order_by("id")
    names = (
        "automation__name",
        "what",
        "state",
        "why",
        "began_at",
        "due_at",
        "deadline",
        "ended_at",
        "values",
    )
    return {"automations": [dict(one) for one in rows.values(*names)]}
