"""What follows from the words of providers: set by set, so that their order and their repetitions change nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from wafaa.act.messages.actions.choosing import PROVIDER, withdraw
from wafaa.act.messages.actions.marking import NewMark, NewTouch, digest, note_marks, note_touches, tell_marks
from wafaa.act.messages.actions.sending import encode
from wafaa.act.messages.actions.suppressing import suppress_address
from wafaa.act.messages.actions.telling import Told, describe, make_event, tell_rows
from wafaa.act.messages.back import MEANS_DELIVERED, Back, Word, is_stop
from wafaa.act.messages.channels import get_channel
from wafaa.act.messages.errors import AddressWrong
from wafaa.act.messages.models import Inbound, Message
from wafaa.act.messages.queries import find_readers
from wafaa.act.messages.rules import Cause, State
from wafaa.kit.sql import load_sql
from wafaa.know.consents.rules import Purpose
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer
from wafaa.stream.actions import record_events

REPLY = "reply"
REPLY_CHARS_MAX = 1_000
# Whom a number belongs to is looked for among so many; a shop's own number may stand at a hundred customers.
SHARED_BY_MAX = 5
_OFFERS = (Purpose.MARKETING.value, Purpose.SURVEYS.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A word with whom and what it is about."""

    source: int  # whose words these are: the number of the request
    channel: str
    word: Word
    message: Message | None
    customers: tuple[int, ...]


def apply_words(words: Sequence[tuple[int, str, Word]]) -> dict[int, set[int]]:
    """In the caller's transaction. Returns the customers that each request was about, by its number."""
    known = _find_all(words)
    messages = {one.message.pk: one.message for one in known if one.message is not None}
    of_messages = [one for one in known if one.message is not None and one.word.kind is not Back.REPLIED]
    _settle(of_messages)
    _mark(of_messages, messages)
    for one in sorted(known, key=lambda each: (each.word.at, each.source)):
        _follow(one)
    about: dict[int, set[int]] = defaultdict(set)
    for one in known:
        about[one.source] |= set(one.customers)
    return about


def _find_all(words: Sequence[tuple[int, str, Word]]) -> list[Known]:
    by_uuid = {
        one.uuid: one
        for one in _list_messages().filter(uuid__in={word.message for _n, _c, word in words if word.message})
    }
    by_id: dict[tuple[str, str], Message] = {}
    for channel in {channel for _number, channel, _word in words}:
        ids = {word.provider_id for _n, own, word in words if own == channel and word.provider_id}
        if ids and channel in {"sms", "whatsapp"}:
            found = _list_messages().filter(channel=channel, provider_id__in=ids)
            by_id |= {(channel, one.provider_id): one for one in found}
    known = []
    for number, channel, word in words:
        message = by_uuid.get(word.message) if word.message else None
        message = message or by_id.get((channel, word.provider_id))
        customers: tuple[int, ...] = (message.customer_id,) if message else ()
        if message is None and word.address:
            customers = _find_customers(channel, word.address)
            if word.kind is Back.REPLIED:
                message = _find_last(channel, customers)
        known.append(Known(source=number, channel=channel, word=word, message=message, customers=customers))
    return known


def _list_messages() -> QuerySet[Message]:
    return Message.objects.select_related("sending").order_by("id")


def _find_customers(channel: str, address: str) -> tuple[int, ...]:
    """Whose address it is; nobody's where too many share it."""
    found = Customer.objects.filter(merged_into=None)
    found = found.filter(email=address) if channel == "email" else found.filter(phone=address)
    ids = list(found.order_by("id").values_list("pk", flat=True)[: SHARED_BY_MAX + 1])
    return tuple(ids) if len(ids) <= SHARED_BY_MAX else ()


def _find_last(channel: str, customers: Collection[int]) -> Message | None:
    """What an answer most likely answers: the last that went there."""
    sent = _list_messages().filter(customer__in=customers, channel=channel, state=State.SENT)
    return sent.order_by("-id").first() if customers else None


def _settle(known: Sequence[Known]) -> None:
    """The provider has them: what was in doubt, or given up, is sent, and goes out no second time."""
    firsts: dict[int, tuple[datetime, str]] = {}
    for one in known:
        assert one.message is not None, "asked for those of messages"
        told = (one.word.at, one.word.provider_id)
        firsts[one.message.pk] = min(told, firsts.get(one.message.pk, told))
    if not firsts:
        return
    rows = [
        {"id": pk, "at": at, "provider_id": provider_id[:200]}
        for pk, (at, provider_id) in sorted(firsts.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "settle_by_word"), {"words": encode(rows)})
        told_rows = [Told(*row) for row in cursor.fetchall()]
    tell_rows(told_rows)


def _mark(known: Sequence[Known], messages: dict[int, Message]) -> None:
    marks: list[NewMark] = []
    touches: list[NewTouch] = []
    for one in known:
        assert one.message is not None, "asked for those of messages"
        word, pk = one.word, one.message.pk
        if word.kind in {Back.OPENED, Back.CLICKED}:
            touches.append(
                NewTouch(message_id=pk, kind=word.kind, at=word.at, url=word.url, agent=word.agent)
            )
        elif word.kind is not Back.SENT:
            marks.append(
                NewMark(message_id=pk, kind=word.kind, at=word.at, is_hard=word.is_hard, code=word.code)
            )
        # of mails only the word itself counts: a machine may open one at the door
        if word.kind in MEANS_DELIVERED and one.channel != "email":
            marks.append(NewMark(message_id=pk, kind=Back.DELIVERED, at=word.at))
    note_touches(touches)
    tell_marks(note_marks(marks), messages)


def _follow(one: Known) -> None:
    """What is done about it."""
    word = one.word
    if word.kind is Back.COMPLAINED:
        _suppress(one, Cause.COMPLAINT)
    elif word.kind is Back.BOUNCED and word.is_hard:
        _suppress(one, Cause.BOUNCE)
    elif word.kind is Back.UNSUBSCRIBED:
        _withdraw(one, [one.message.purpose] if one.message else _OFFERS, place=PROVIDER)
    elif word.kind is Back.REPLIED:
        _note_answer(one)
        if is_stop(word.text):
            answered = [one.message.purpose] if one.message else []
            _withdraw(one, {*_OFFERS, *answered}, place=REPLY)


def _suppress(one: Known, cause: Cause) -> None:
    address = one.word.address
    if not address and one.message is not None:
        reader = find_readers([one.message.customer_id]).get(one.message.customer_id)
        address = get_channel(one.channel).find_address(reader) if reader else ""
    if address:
        with suppress(AddressWrong):
            suppress_address(channel=one.channel, address=address, cause=cause, detail=one.word.code)


def _withdraw(one: Known, purposes: Iterable[str], *, place: str) -> None:
    for customer in Customer.objects.filter(pk__in=one.customers).order_by("id"):
        for purpose in sorted(set(purposes)):
            with suppress(CustomerMissing):  # whom the stream knows by no id has agreed to nothing either
                withdraw(
                    customer=customer,
                    channel=one.channel,
                    purpose=purpose,
                    place=place,
                    at=one.word.at,
                    message=one.message,
                )


def _note_answer(one: Known) -> None:
    """That the customer wrote, and when: it opens WhatsApp's window, and is an event of theirs."""
    for customer_id in one.customers:
        _note_inbound(customer_id, one.channel, one.word.at)
    if one.message is not None:
        note_marks([NewMark(message_id=one.message.pk, kind=Back.REPLIED, at=one.word.at)])
    readers = find_readers(one.customers)
    text = one.word.text[:REPLY_CHARS_MAX].replace("\x00", "")
    told = describe(one.message) if one.message else {"channel": one.channel}
    events = [
        make_event(
            name="Message Replied",
            message=told | {"text": text, "is_stop": is_stop(one.word.text)},
            key=f"reply:{one.channel}:{digest(one.word.own_id).hex}:{customer_id}",
            distinct_id=reader.distinct_id,
            at=one.word.at,
        )
        for customer_id in one.customers
        if (reader := readers.get(customer_id)) is not None and reader.distinct_id
    ]
    if events:
        record_events(events=events)


def _note_inbound(customer_id: int, channel: str, at: datetime) -> None:
    row, _made = Inbound.objects.get_or_create(customer_id=customer_id, channel=channel, defaults={"at": at})
    if row.at < at:
        Inbound.objects.filter(pk=row.pk, at__lt=at).update(at=at)
