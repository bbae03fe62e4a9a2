"""Reading erasures, and everything that is held of one person."""

import uuid
from typing import Any

from django.db.models import QuerySet

from wafaa.access.business.queries import get_business
from wafaa.know.customers.actions import find_family
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import read_properties
from wafaa.know.orders.erasing import list_order_ids
from wafaa.show.privacy.errors import ErasureMissing
from wafaa.show.privacy.finding import list_all_events
from wafaa.show.privacy.models import Erasure
from wafaa.show.privacy.rooms import EXPORTERS, Rows

# Counts that a certificate leaves out where they are 0; what it names first.
COUNTED_FIRST = ("customers", "ids", "events", "orders", "refunds", "consents", "notes", "tasks", "files")


def get_erasure(erasure_uuid: uuid.UUID) -> Erasure:
    """Raises ErasureMissing."""
    found = Erasure.objects.filter(uuid=erasure_uuid).first()
    if found is None:
        raise ErasureMissing
    return found


def find_running(customer: Customer) -> Erasure | None:
    """The erasure of this customer that is under way."""
    return Erasure.objects.filter(customer=customer.pk).first()


def list_erasures() -> QuerySet[Erasure]:
    """All certificates, the newest first."""
    return Erasure.objects.order_by("-requested_at", "-id")


def list_counts(erasure: Erasure) -> list[tuple[str, int]]:
    """(what, how many) of what there was, the weightiest first."""
    order = {what: place for place, what in enumerate(COUNTED_FIRST)}
    counts = [(what, count) for what, count in erasure.counts.items() if count]
    return sorted(counts, key=lambda one: (order.get(one[0], len(order)), one[0]))


def collect_person(customer: Customer) -> dict[str, Rows]:
    """Everything that is held of the customer and of whoever was merged into them: table -> rows of plain values."""
    family = find_family([customer.pk])
    ids = [*list_distinct_ids([customer.pk])[customer.pk], *list_order_ids(family)]
    collected: dict[str, Rows] = {}
    for customer_id in family:
        for export in EXPORTERS:
            for table, rows in export(customer_id=customer_id, distinct_ids=ids).items():
                known = collected.setdefault(table, [])
                known.extend(row for row in rows if row not in known)
    collected["events"] = [
        {
            "name": event.name,
            "type": event.type,
            "distinct_id": event.distinct_id,
            "occurred_at": event.occurred_at,
            "received_at": event.received_at,
            "source": event.source,
            "properties": read_properties(event.properties),
            "context": read_properties(event.context),
        }
        for event in list_all_events(ids)
    ]
    return {table: rows for table, rows in collected.items() if rows}


def choose_language(customer: Customer) -> str:
    """The person's own where we speak it, else the business's."""
    told = customer.language[:2].lower()
    return told if told in {"ar", "en"} else str(get_business().language)


def list_personal_facts(customer: Customer) -> dict[str, Any]:
    """What a summary begins with."""
    return {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "external_id": customer.external_id,
        "birth_date": customer.birth_date,
        "city": customer.city,
    }
