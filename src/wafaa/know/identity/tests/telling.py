"""Events that tell who is who, and what came of them."""

from datetime import datetime
from typing import Any

from tests.build import NOON, make_event, order_event

from wafaa.config.flow import CONSUMERS
from wafaa.know.customers.models import Customer, CustomerTag, DistinctId
from wafaa.know.identity.models import Decision, DecisionMember
from wafaa.know.identity.rules import Ruling
from wafaa.know.notes.models import Note
from wafaa.know.orders.models import CustomerTotals, Order, Refund
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.rules import NewEvent

HEARERS = [one for one in CONSUMERS if one.name in {"know.customers", "know.identity", "know.orders"}]
__all__ = ["MOVERS", "account", "everything", "groups", "identify", "order_event", "seen", "tell"]


def tell(*events: NewEvent) -> None:
    """As tests.build.tell, for those only who decide about customers."""
    record_events(events=events)
    drain_until_quiet(HEARERS)


def identify(distinct_id: str, *, at: datetime = NOON, **traits: Any) -> NewEvent:
    return make_event("identify", distinct_id=distinct_id, at=at, properties=traits)


def seen(distinct_id: str, device: str, *, name: str = "page") -> NewEvent:
    """An event of an account on a device."""
    event = make_event(name, distinct_id=distinct_id)
    return NewEvent(
        message_id=event.message_id,
        type="page",
        name=name,
        distinct_id=distinct_id,
        occurred_at=NOON,
        context={"anonymousId": device},
        source="test",
    )


def account(distinct_id: str) -> Customer:
    """Whose the id is."""
    return Customer.objects.get(distinct_ids__distinct_id=distinct_id)


def groups() -> list[list[str]]:
    """The ids of each customer, sorted."""
    ids: dict[int, list[str]] = {}
    for customer, distinct_id in DistinctId.objects.order_by("distinct_id").values_list(
        "customer_id", "distinct_id"
    ):
        ids.setdefault(customer, []).append(distinct_id)
    return sorted(ids.values())


def list_all_rulings() -> list[Ruling]:
    rulings = []
    for decision in Decision.objects.filter(withdrawn_at=None).order_by("id"):
        members = DecisionMember.objects.filter(decision=decision)
        sides = {
            is_left: frozenset(members.filter(is_left=is_left).values_list("distinct_id", flat=True))
            for is_left in (True, False)
        }
        rulings.append(
            Ruling(number=decision.pk, is_same=decision.is_same, left=sides[True], right=sides[False])
        )
    return rulings


def everything() -> dict[str, Any]:
    """All rows that follow a customer, without the stamp of the last writer."""
    return {
        "customers": [
            {key: value for key, value in row.items() if key != "changed_in"}
            for row in Customer.objects.order_by("id").values()
        ],
        "ids": list(DistinctId.objects.order_by("distinct_id").values_list("distinct_id", "customer_id")),
        "tags": list(
            CustomerTag.objects.order_by("tag_id", "customer_id").values_list("tag_id", "customer_id")
        ),
        "orders": list(Order.objects.order_by("id").values_list("external_id", "customer_id", "counted")),
        "refunds": list(Refund.objects.order_by("id").values_list("external_id", "customer_id")),
        "totals": list(CustomerTotals.objects.order_by("customer_id").values()),
        "notes": list(Note.objects.order_by("id").values_list("text", "customer_id")),
    }
