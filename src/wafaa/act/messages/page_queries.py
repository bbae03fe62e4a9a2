"""What the console's pages of messages read: sendings with their counts, kept mails, customers to write a preview for."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from wafaa.act.messages.errors import MessageMissing, SendingMissing
from wafaa.act.messages.models import KeptMail, Message, Sending, Suppression
from wafaa.act.messages.people import read_people
from wafaa.act.messages.queries import find_readers, list_kept_mails
from wafaa.act.messages.rendering.names import NAMES, build_samples, merge_values
from wafaa.act.messages.rules import State
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_customers

# What is still to come of a sending.
WAITING = (State.HELD, State.QUEUED)
FOUND_MAX = 6


@dataclass(frozen=True, kw_only=True)
class SendingLine:
    """One sending as a list shows it."""

    sending: Sending
    counts: Mapping[str, int]
    template: uuid.UUID | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(state, 0) for state in WAITING)

    @property
    def sent(self) -> int:
        return self.counts.get(State.SENT, 0)


def list_sendings() -> QuerySet[Sending]:
    """The latest first."""
    return Sending.objects.order_by("-created_at", "-id")


def get_sending_by_uuid(sending_uuid: uuid.UUID) -> Sending:
    """Raises SendingMissing."""
    found = Sending.objects.filter(uuid=sending_uuid).first()
    if found is None:
        raise SendingMissing
    return found


def describe_sendings(sendings: Collection[Sending]) -> list[SendingLine]:
    """Each with how many of its messages are in which state, and the template of one of them."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Message.objects.filter(sending__in=[one.pk for one in sendings]).order_by()
    for sending, state, many in counted.values_list("sending", "state").annotate(Count("id")):
        counts[sending][state] = many
    return [
        SendingLine(
            sending=one, counts=counts[one.pk], template=_find_template(one) if one.pk in counts else None
        )
        for one in sendings
    ]


def _find_template(sending: Sending) -> uuid.UUID | None:
    # any of them: in the order of the ids it would read past all others' messages
    return next(iter(Message.objects.filter(sending=sending).values_list("template", flat=True)[:1]), None)


def list_steps(sending: Sending) -> list[tuple[str, int]]:
    """Its steps with how many messages each has, the largest first; a hundred at most."""
    found = Message.objects.filter(sending=sending).order_by().values_list("step").annotate(many=Count("id"))
    return list(found.order_by("-many", "step")[:100])


def list_sending_messages(sending: Sending, *, state: str = "", why: str = "") -> QuerySet[Message]:
    """Of one state and one reason, the latest first."""
    found = Message.objects.filter(sending=sending).select_related("customer").order_by("-id")
    if state:
        found = found.filter(state=state)
    return found.filter(why=why) if why else found


def search_kept_mails(search: str = "") -> QuerySet[KeptMail]:
    """What the mailbox holds, the latest first; by address or words of the subject."""
    found = list_kept_mails()
    return found.filter(Q(to__icontains=search) | Q(subject__icontains=search)) if search else found


def get_kept_mail(mail_uuid: uuid.UUID) -> KeptMail:
    """Raises MessageMissing."""
    found = KeptMail.objects.filter(uuid=mail_uuid).first()
    if found is None:
        raise MessageMissing
    return found


def get_suppression(suppression_id: int) -> Suppression:
    """Raises MessageMissing."""
    found = Suppression.objects.filter(pk=suppression_id).first()
    if found is None:
        raise MessageMissing
    return found


def find_customers(search: str) -> list[Customer]:
    """A few whom the words fit, for the choice of whose values a preview shows."""
    return list(list_customers(search=search)[:FOUND_MAX]) if search.strip() else []


def find_customer(customer_uuid: str) -> Customer | None:
    """None where there is nobody of this id."""
    try:
        wanted = uuid.UUID(customer_uuid)
    except ValueError:
        return None
    return Customer.objects.filter(uuid=wanted, merged_into=None).first()


def read_preview_values(customer: Customer | None, language: str) -> dict[str, Any]:
    """Example values; of a customer their own, with examples only for what belongs to an occasion (an order, an offer)."""
    samples = build_samples(language)
    samples.pop("links", None)
    if customer is None:
        return samples
    readers = find_readers([customer.pk])
    samples.pop("customer", None)
    own = read_people(readers, NAMES).get(customer.pk, {})
    return merge_values(samples, {"customer": own})
