"""Customers of a segment as a person may see them, each with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import Sampled, explain_customer
from wafaa.learn.segments.words import Reason, Sentences, give_reason


@dataclass(frozen=True, kw_only=True)
class Seen:
    customer: Customer
    label: str
    reason: Reason | None
    since: datetime | None = None


def show_sampled(found: Iterable[Sampled], sentences: Sentences, sees_personal: bool) -> list[Seen]:
    return [
        Seen(
            customer=one.customer,
            label=say_customer(one.customer, sees_personal),
            reason=give_reason(one.term, sentences, sees_personal=sees_personal),
        )
        for one in found
    ]


def show_customer(
    segment: Segment, customer: Customer, sentences: Sentences, sees_personal: bool, since: datetime | None
) -> Seen:
    """With why the customer is in or out just now; lists give no reason but the day."""
    term = explain_customer(segment, customer.pk)
    return Seen(
        customer=customer,
        label=say_customer(customer, sees_personal),
        reason=give_reason(term, sentences, sees_personal=sees_personal) if term else None,
        since=since,
    )
