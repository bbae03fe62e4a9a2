"""Erasing a customer for a program: it is asked for, goes on by itself, and ends in a certificate."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.know.customers.queries import get_customer
from wafaa.show.privacy.actions import start_erasure
from wafaa.show.privacy.models import Erasure
from wafaa.show.privacy.queries import find_running, get_erasure, list_counts
from wafaa.show.privacy.rules import State

router = Router(auth=ReadKey(), tags=["customers"])


class ErasureItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("The number of the certificate."))
    is_done: bool = Field(description=gettext_noop("Whether nothing of the person is left in live data."))
    requested_at: datetime = Field(description=gettext_noop("When it was asked for."))
    done_at: datetime | None = Field(description=gettext_noop("Null while it runs."))
    counts: dict[str, int] = Field(description=gettext_noop("What was erased, and how many of each."))


def add_erasing(customers: Router) -> None:
    """An address belongs to one router: that of customers gets this deed too."""
    customers.delete(
        "/customers/{uuid:customer_id}",
        response=ErasureItem,
        auth=WriteKey(),
        summary=gettext_noop("Erase a customer"),
        description=gettext_noop(
            "Everything that is kept about the customer goes for good, in the background; ask for the erasure until it is "
            "done. Erase them in the systems that are connected first."
        ),
        operation_id="erase_customer",
    )(erase)


def erase(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    customer = get_customer(customer_id)
    running = find_running(customer)
    if running is None:
        running = start_erasure(customer=customer, by=None, via=str(identify_key(request)), reason="asked")
    return _say(running)


@router.get(
    "/erasures/{uuid:erasure_id}",
    response=ErasureItem,
    summary=gettext_noop("How far an erasure is"),
    operation_id="get_erasure",
)
def erasure(request: HttpRequest, erasure_id: uuid.UUID) -> Any:
    return _say(get_erasure(erasure_id))


def _say(one: Erasure) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "is_done": one.state == State.DONE,
        "requested_at": one.requested_at,
        "done_at": one.done_at,
        "counts": dict(list_counts(one)),
    }
