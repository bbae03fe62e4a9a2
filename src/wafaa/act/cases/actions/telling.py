"""That a case was opened or closed, as events of whoever was unhappy."""

import uuid
from typing import Any

from wafaa.act.cases.models import Case, CaseLine
from wafaa.act.cases.rules import CLOSED, OPENED, Heard, count_hours
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

SOURCE = "staff"


def make_opened(case: Case, first: Heard) -> NewEvent:
    """At the moment of what opened it, which of an anonymous answer is a full hour."""
    told = {"survey_id": first.fields.get("survey"), "response_id": first.fields.get("response")}
    return NewEvent(
        message_id=f"case-opened:{case.uuid}",
        type="track",
        name=OPENED,
        distinct_id=first.distinct_id,
        occurred_at=first.at,
        properties={
            "case_id": str(case.uuid),
            "reason": str(first.kind),
            **{name: str(value) for name, value in told.items() if value},
        },
        source="cases",
    )


def tell_change(case: Case, line: CaseLine, *, reason: str = "") -> None:
    """That it is done now, or open again; `hours` are those since the customer spoke."""
    distinct_id = _find_id(case)
    if not distinct_id:
        return
    told: dict[str, Any] = {"case_id": str(case.uuid), "reason": reason or str(case.kind)}
    if case.closed_at is not None:
        told["hours"] = count_hours(case.opened_at, case.closed_at)
        told["root_cause"] = case.cause
    record_event(
        event=NewEvent(
            message_id=uuid.uuid4(),
            type="track",
            name=OPENED if case.closed_at is None else CLOSED,
            distinct_id=distinct_id,
            occurred_at=line.at,
            properties=told,
            source=SOURCE,
        )
    )


def _find_id(case: Case) -> str:
    if case.customer_id is not None and (ids := list_distinct_ids([case.customer_id])[case.customer_id]):
        return ids[0]
    first = case.signals.order_by("at", "id").values_list("distinct_id", flat=True).first()
    return first or ""
