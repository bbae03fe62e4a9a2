"""Reading what is sent: who is suppressed, what counts against the budget, how a sending goes, what a customer got."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet

from wafaa.access.business.queries import get_business
from wafaa.act.messages.errors import MessageMissing, SendingMissing
from wafaa.act.messages.house import House, encode_site, read_house
from wafaa.act.messages.models import (
    Inbound,
    KeptMail,
    Link,
    Mark,
    Message,
    MessageSettings,
    Provider,
    PushSubscription,
    Sending,
    Suppression,
    Template,
    Topic,
    TopicRefusal,
    Touch,
)
from wafaa.act.messages.rules import Spent
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import Customer


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """What sending needs to know of a customer."""

    customer_id: int
    uuid: UUID
    name: str
    email: str
    phone: str
    language: str
    country: str
    city: str
    distinct_id: str  # one of theirs, for events; "" where the stream knows nobody


def get_house() -> House:
    """How this business sends."""
    row = MessageSettings.objects.filter(id=1).first()
    return read_house(row.told if row else {})


def get_home() -> str:
    """The business's time zone."""
    return get_business().time_zone


def find_readers(customer_ids: Collection[int]) -> dict[int, Reader]:
    """By the id that was asked for; of who was merged into another, that other."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "find_readers"), {"customer_ids": list(customer_ids)})
        return {
            asked: Reader(
                customer_id=pk,
                uuid=own,
                name=name,
                email=email,
                phone=phone,
                language=language,
                country=country,
                city=city,
                distinct_id=distinct_id or "",
            )
            for asked, pk, own, name, email, phone, language, country, city, distinct_id in cursor.fetchall()
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message that is about to go."""

    id: int
    uuid: UUID
    state: str
    sending_state: str
    channel: str
    template: UUID
    purpose: str
    topic: str
    priority: int
    deadline: datetime
    values: dict[str, Any]
    provider_id: str
    reader: Reader

    @property
    def key(self) -> str:
        return f"message:{self.uuid}"


def find_outgoing(message_ids: Collection[int]) -> dict[int, Outgoing]:
    """What sending needs of messages, in one question. Their readers' distinct ids are left out."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "read_outgoing"), {"ids": list(message_ids)})
        rows = cursor.fetchall()
    return {row[0]: _as_outgoing(row) for row in rows}


def _as_outgoing(row: Sequence[Any]) -> Outgoing:
    (
        pk, own, state, sending_state, channel, template, purpose, topic, priority, deadline, values, provider_id,
        customer_id, customer_uuid, name, email, phone, language, country, city,
    ) = row  # fmt: skip
    return Outgoing(
        id=pk,
        uuid=own,
        state=state,
        sending_state=sending_state,
        channel=channel,
        template=template,
        purpose=purpose,
        topic=topic,
        priority=priority,
        deadline=deadline,
        values=msgspec.json.decode(values) if values != "{}" else {},
        provider_id=provider_id,
        reader=Reader(
            customer_id=customer_id,
            uuid=customer_uuid,
            name=name,
            email=email,
            phone=phone,
            language=language,
            country=country,
            city=city,
            distinct_id="",
        ),
    )


def digest_address(channel: str, address: str) -> UUID:
    """By what a suppressed address is known, also when it itself is erased. Mail addresses differ by no case."""
    told = f"{channel}\0{address.strip().casefold()}".encode()
    return UUID(hashlib.sha256(told).hexdigest()[:32])


def list_suppressed(channel: str, addresses: Collection[str]) -> dict[str, str]:
    """The cause by each of these addresses that gets nothing by the channel."""
    asked = list(addresses)
    values: dict[str, Any] = {
        "channel": channel,
        "addresses": asked,
        "digests": [digest_address(channel, address) for address in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "list_suppressed"), values)
        return dict(cursor.fetchall())


def list_suppressions(*, search: str = "") -> QuerySet[Suppression]:
    """All that get nothing, the latest first; by the beginning of the address."""
    found = Suppression.objects.select_related("staff").order_by("-at", "-id")
    return found.filter(address__istartswith=search) if search else found


def list_refusing(customer_ids: Collection[int], channel: str, topic: str) -> set[int]:
    """Which of these customers do not want to hear of the topic by the channel."""
    found = TopicRefusal.objects.filter(customer__in=customer_ids, channel=channel, topic=topic)
    return set(found.values_list("customer_id", flat=True))


def list_topics() -> QuerySet[Topic]:
    """In the order in which customers are asked."""
    return Topic.objects.order_by("position", "id")


def list_spent(
    customer_ids: Collection[int], *, since: datetime, exempt: Collection[str]
) -> dict[int, list[Spent]]:
    """What counts against the budget of each, the oldest first."""
    spent: dict[int, list[Spent]] = defaultdict(list)
    values: dict[str, Any] = {"customer_ids": list(customer_ids), "since": since, "exempt": list(exempt)}
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "list_spent"), values)
        for customer_id, *told in cursor.fetchall():
            spent[customer_id].append(Spent(*told))
    return spent


def lock_budget() -> None:
    """Held until the transaction ends: nobody else decides who has the budget meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "lock_budget"))


def get_sending(reason: str) -> Sending:
    """Raises SendingMissing."""
    found = Sending.objects.filter(reason=reason).first()
    if found is None:
        raise SendingMissing
    return found


def count_states(reason: str, *, step: str = "") -> dict[str, int]:
    """How many messages of a reason (of one step of it) are in which state."""
    found = Message.objects.filter(sending__reason=reason)
    if step:
        found = found.filter(step=step)
    return dict(found.order_by().values_list("state").annotate(Count("id")))


def count_whys(reason: str, *, step: str = "") -> list[tuple[str, str, int]]:
    """State, reason and how many, the commonest first."""
    found = Message.objects.filter(sending__reason=reason).exclude(why="")
    if step:
        found = found.filter(step=step)
    counted = found.order_by().values_list("state", "why").annotate(many=Count("id"))
    return sorted(counted, key=lambda row: (-row[2], row[0], row[1]))


def list_messages(customer: Customer) -> QuerySet[Message]:
    """What was sent to a customer, what was not, and what waits, the latest first."""
    return Message.objects.filter(customer=customer).select_related("sending").order_by("-id")


def list_unsure(reason: str) -> QuerySet[Message]:
    """Those that may have come twice: a crash, or a line that broke before the answer."""
    return Message.objects.filter(sending__reason=reason, is_unsure=True).order_by("id")


def get_message(message_uuid: UUID) -> Message:
    """Raises MessageMissing."""
    found = Message.objects.select_related("sending", "customer").filter(uuid=message_uuid).first()
    if found is None:
        raise MessageMissing
    return found


def find_inbound(customer_ids: Collection[int], channel: str) -> dict[int, datetime]:
    """When each of these customers last wrote to us by the channel; who never did is left out."""
    found = Inbound.objects.filter(customer__in=customer_ids, channel=channel)
    return dict(found.values_list("customer_id", "at"))


def list_kept_mails() -> QuerySet[KeptMail]:
    """What the mailbox holds, the latest first."""
    return KeptMail.objects.order_by("-at", "-id")


def list_carried_channels() -> set[str]:
    """Those that an account of a provider carries now."""
    return set(Provider.objects.filter(is_active=True).values_list("channel", flat=True))


def find_site(house: House, origins: Sequence[str]) -> str:
    """Where customers reach us: as set, else the address that the operator named for a proxy, else the server's own."""
    named = [origin for origin in origins if "*" not in origin]
    return encode_site((house.site or (named[0] if named else settings.WEB_ADDRESS)).rstrip("/"))


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """All that is held of the customer here, as plain values."""
    messages = Message.objects.filter(customer=customer_id).order_by("id")
    kept = KeptMail.objects.filter(customer=customer_id).order_by("id")
    refusals = TopicRefusal.objects.filter(customer=customer_id).order_by("id")
    suppressed = Suppression.objects.filter(digest__in=list_own_digests(customer_id)).order_by("id")
    found: dict[str, Any] = {
        "messages": messages.values(
            "uuid", "sending__reason", "step", "channel", "template", "template_number", "language", "purpose", "topic",
            "values", "state", "why", "trace", "created_at", "due_at", "settled_at", "is_unsure",
        ),
        "what_became_of_messages": Mark.objects.filter(message__customer=customer_id)
        .order_by("id")
        .values("message__uuid", "kind", "at", "code"),
        "openings_and_presses": Touch.objects.filter(message__customer=customer_id)
        .order_by("id")
        .values("message__uuid", "kind", "url", "at", "agent", "is_machine"),
        "last_written_to_us": Inbound.objects.filter(customer=customer_id).values("channel", "at"),
        "kept_mails": kept.values("channel", "to", "subject", "text", "at"),
        "refused_topics": refusals.values("channel", "topic", "at"),
        "push_subscriptions": PushSubscription.objects.filter(distinct_id__in=distinct_ids)
        .order_by("pk")
        .values("distinct_id", "endpoint", "language", "source", "place", "created_at"),
        "suppressed_addresses": suppressed.values("channel", "address", "cause", "detail", "at"),
    }  # fmt: skip
    return {name: list(rows) for name, rows in found.items()}


def list_own_digests(customer_id: int) -> list[UUID]:
    """Of the addresses that the customer has now."""
    from wafaa.act.messages.channels.email.mime import read_address

    found = Customer.objects.filter(pk=customer_id).values_list("email", "phone").first()
    email, phone = found or ("", "")
    # blocked as the gate asks for it, its domain in ASCII
    return [digest_address("email", one) for one in {email, read_address(email)} if one] + [
        digest_address(channel, phone) for channel in ("sms", "whatsapp") if phone
    ]


def find_message(message_id: int) -> Message | None:
    """By the number that stands in its links."""
    return Message.objects.select_related("sending", "customer").filter(pk=message_id).first()


def find_link_url(link_id: int) -> str | None:
    """Where a link leads."""
    return Link.objects.filter(pk=link_id).values_list("url", flat=True).first()


def find_address(customer_id: int, channel: str) -> str:
    """Where the customer is reached by the channel; "" where they are not. Raises ChannelUnknown."""
    from wafaa.act.messages.channels import get_channel

    reader = find_readers([customer_id]).get(customer_id)
    return get_channel(channel).find_address(reader) if reader else ""


def name_templates(uuids: Collection[UUID]) -> dict[UUID, str]:
    """What templates are called."""
    return dict(Template.objects.filter(uuid__in=uuids).values_list("uuid", "name"))
