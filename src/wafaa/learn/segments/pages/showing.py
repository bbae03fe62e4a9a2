"""Customers of a segment as a person may see them, each with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.learn.segments.explaining import Term
from wafaa.learn.segments.lookups import Member
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import Sampled, explain_customer, explain_customers
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
            reason=give_reason(one.term, sentences),
        )
        for one in found
    ]


def show_customer(
    segment: Segment, customer: Customer, sentences: Sentences, sees_personal: bool, since: datetime | None
) -> Seen:
    """With why the customer is in or out just now; lists give no reason but the day."""
    return _show(customer, explain_customer(segment, customer.pk), sentences, sees_personal, since)


def show_members(
    segment: Segment, found: Sequence[Member], sentences: Sentences, sees_personal: bool
) -> list[Seen]:
    """As show_customer; their histories are read together."""
    terms = explain_customers(segment, [one.customer.pk for one in found])
    return [
        _show(one.customer, terms.get(one.customer.pk), sentences, sees_personal, one.since) for one in found
    ]


def _show(
    customer: Customer, term: Term | None, sentences: Sentences, sees_personal: bool, since: datetime | None
) -> Seen:
    return Seen(
        customer=customer,
        label=say_customer(customer, sees_personal),
        reason=give_reason(term, sentences) if term else None,
        since=since,
    )
