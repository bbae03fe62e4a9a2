"""Asking for messages: each is written once, passes the gate or does not, and waits in the outbox or for its moment."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from wafaa.act.messages import gate
from wafaa.act.messages.actions.telling import tell_messages
from wafaa.act.messages.channels import DEFAULT_CHANNEL, find_addresses
from wafaa.act.messages.errors import SendingOver
from wafaa.act.messages.house import EXEMPT, House
from wafaa.act.messages.models import Message, Sending
from wafaa.act.messages.queries import Reader, find_readers, get_home, get_house, lock_budget
from wafaa.act.messages.rules import (
    DEADLINE_AFTER,
    KINDS,
    Answer,
    Asked,
    Candidate,
    Decision,
    Gate,
    Lane,
    Person,
    SendingState,
    State,
)
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql
from wafaa.stream import outbox
from wafaa.stream.outbox import NewEffect

# So many are decided in one transaction; it takes a fifth of a second.
CHUNK = 1_000


@dataclass(kw_only=True)
class Sent:
    """How many messages of a call are in which state. `known` had been asked for before: nothing happened to them."""

    counts: dict[str, int] = field(default_factory=dict)
    known: int = 0

    def add(self, states: Sequence[str], asked: int) -> None:
        for state in states:
            self.counts[state] = self.counts.get(state, 0) + 1
        self.known += asked - len(states)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a call of send() says of all its messages."""

    sending: Sending
    step: str
    template: UUID
    purpose: str
    topic: str
    lane: Lane
    priority: int
    deadline: datetime
    due_at: datetime
    house: House
    home: str

    def step_of(self, person: Person) -> str:
        return person.step or self.step

    def deadline_of(self, person: Person) -> datetime:
        return person.deadline or self.deadline


def send(
    *,
    reason: str,
    step: str,
    template: UUID,
    people: Sequence[Person],
    purpose: str,
    topic: str = "",
    lane: Lane | str = Lane.NORMAL,
    priority: int = 0,
    deadline: datetime | None = None,
    due_at: datetime | None = None,
) -> Sent:
    """Asks for one message to each person: once for good per (reason, step, customer, channel), however often it is called.

    `reason` is what goes on ("campaign:<uuid>", "receipts"), can be paused and cancelled; `step` tells one occasion from the
    next ("1", "order:77"); a Person may bring a step and a deadline of their own. Before `due_at` (now)
    nothing goes; after `deadline` (three days later) nothing goes any more.
    Asked for again after a crash it goes on where it ended: each thousand commits for itself, unless the caller holds a
    transaction. Raises SendingOver, ChannelUnknown.
    """
    now = clock.now()
    due = due_at or now
    order = Order(
        sending=_open_sending(reason),
        step=step,
        template=template,
        purpose=str(purpose),
        topic=topic,
        lane=Lane(lane),
        priority=priority,
        deadline=deadline or due + DEADLINE_AFTER,
        due_at=due,
        house=get_house(),
        home=get_home(),
    )
    sent = Sent()
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        sent.add(_send_chunk(order, some), len(some))
    return sent


def _open_sending(reason: str) -> Sending:
    now = clock.now()
    sending, _made = Sending.objects.get_or_create(
        reason=reason, defaults={"created_at": now, "changed_at": now}
    )
    if sending.state == SendingState.CANCELLED:
        raise SendingOver
    return sending


@transaction.atomic
def _send_chunk(order: Order, people: Sequence[Person]) -> list[str]:
    """The states of the messages that are new."""
    state = hold_sendings([order.sending.pk])[order.sending.pk]
    if state == SendingState.CANCELLED:
        raise SendingOver
    readers = find_readers({person.customer_id for person in people})
    fresh = _leave_known(order, people, readers)
    addresses = find_addresses((channel, readers[person.customer_id]) for person, channel in fresh)
    candidates = [
        make_candidate(order, person, readers[person.customer_id], channel, addresses)
        for person, channel in fresh
    ]
    decisions = _decide(order, candidates, is_paused=state == SendingState.PAUSED)
    written = _write(order, fresh, readers, decisions)
    _enqueue(order, written)
    tell_messages([pk for pk, _uuid, state, _deadline in written if state in {State.REFUSED, State.LAPSED}])
    return [state for _pk, _uuid, state, _deadline in written]


def hold_sendings(ids: Collection[int]) -> dict[int, str]:
    """The state of each, which stays so until the transaction ends: a cancellation at this moment either sees what we
    write, or we see it.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "hold_sendings"), {"ids": list(ids)})
        return dict(cursor.fetchall())


def _leave_known(
    order: Order, people: Sequence[Person], readers: dict[int, Reader]
) -> list[tuple[Person, str]]:
    """Those who have no such message yet, each with the channel; nobody twice."""
    wanted = {
        (
            readers[person.customer_id].customer_id,
            person.channel or DEFAULT_CHANNEL,
            order.step_of(person),
        ): person
        for person in people
        if person.customer_id in readers
    }
    have = set(
        Message.objects.filter(
            sending=order.sending,
            step__in={step for _customer, _channel, step in wanted},
            customer__in={customer for customer, _channel, _step in wanted},
        ).values_list("customer_id", "channel", "step")
    )
    return [(person, key[1]) for key, person in wanted.items() if key not in have]


def make_candidate(
    order: Order, person: Person, reader: Reader, channel: str, addresses: Mapping[tuple[str, int], str]
) -> Candidate:
    return Candidate(
        key=(reader.customer_id, channel, order.step_of(person)),
        customer_id=reader.customer_id,
        channel=channel,
        address=addresses[channel, reader.customer_id],
        country=reader.country,
        city=reader.city,
        purpose=order.purpose,
        topic=order.topic,
        priority=order.priority,
        deadline=order.deadline_of(person),
        verdict=person.verdict,
    )


def _decide(order: Order, candidates: Sequence[Candidate], *, is_paused: bool) -> dict[Any, Decision]:
    """What is due later, or paused, is asked when its time comes; only who is in the control group is known now."""
    now = clock.now()
    if order.due_at <= now and not is_paused:
        if order.purpose not in EXEMPT and order.house.budgets:
            lock_budget()
        decisions = gate.ask(candidates, now=now, house=order.house, home=order.home)
        return make_room(decisions)
    held = Decision(
        state=State.HELD, why="paused" if is_paused else "due", due_at=max(order.due_at, now), asked=()
    )
    refused = gate.ask_control([one for one in candidates if one.verdict], now=now, house=order.house)
    return {one.key: refused.get(one.key, held) for one in candidates}


def _write(
    order: Order,
    fresh: Sequence[tuple[Person, str]],
    readers: dict[int, Reader],
    decisions: dict[Any, Decision],
) -> list[tuple[int, UUID, str, datetime]]:
    """Id, uuid, state and deadline of the new ones."""
    now = clock.now()
    traces = Traces(now)
    rows = [
        {
            "uuid": new_id(),
            "customer_id": customer_id,
            "channel": channel,
            "step": order.step_of(person),
            "deadline": order.deadline_of(person),
            "told": person.values,
            "state": decision.state,
            "why": decision.why[:60],
            "trace": traces.write(decision),
            "due_at": decision.due_at or now,
        }
        for person, channel in fresh
        for customer_id in [readers[person.customer_id].customer_id]
        for decision in [decisions[customer_id, channel, order.step_of(person)]]
    ]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.act.messages", "save_messages"),
            {
                "sending": order.sending.pk,
                "template": order.template,
                "purpose": order.purpose,
                "topic": order.topic,
                "lane": str(order.lane),
                "priority": order.priority,
                "now": now,
                "messages": encode(rows),
            },
        )
        return list(cursor.fetchall())


class Traces:
    """Of one round at one moment. Most messages pass in the same way, so most are written once for all."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[object, ...], msgspec.Raw] = {}
        self._alive: list[Decision] = []  # so that no identity is given twice

    def write(self, decision: Decision) -> msgspec.Raw:
        """A list with the one line."""
        key = (decision.state, *map(id, decision.asked))
        if key not in self._known:
            self._known[key] = msgspec.Raw(msgspec.json.encode([decision.as_trace(self._now)]))
            self._alive.append(decision)
        return self._known[key]


# An escaped zero letter, which is none behind an escaped backslash.
_ZERO = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def encode(told: Any) -> str:
    """As JSON for PostgreSQL, which keeps no zero letter in a text."""
    text = msgspec.json.encode(told).decode()
    return _ZERO.sub(r"\1", text) if "\\u0000" in text else text


def _enqueue(order: Order, written: Sequence[tuple[int, UUID, str, datetime]]) -> None:
    enqueue_messages(
        [
            (pk, own, order.sending, order.lane, deadline)
            for pk, own, state, deadline in written
            if state == State.QUEUED
        ]
    )


def enqueue_messages(queued: Sequence[tuple[int, UUID, Sending, str, datetime]]) -> None:
    """Into the outbox, in their order; by lane. Effects name the message and nothing of what it says."""
    for lane in Lane:
        effects = [
            NewEffect(
                key=f"message:{own}",
                destination=sending.destinations[lane],
                payload={"message": pk},
                retry_until=deadline,
            )
            for pk, own, sending, wanted, deadline in queued
            if wanted == lane
        ]
        outbox.enqueue(kind=KINDS[lane], effects=effects)


# What is in hand is sent, or put back, within that; then the gate knows.
IN_HAND_FOR = timedelta(minutes=1)


def make_room(decisions: Mapping[Any, Decision]) -> dict[Any, Decision]:
    """Lesser messages give way. Where one of them cannot, because somebody has it in hand, the weightier waits."""
    withdrawn = _withdraw_lesser([pk for decision in decisions.values() for pk in decision.withdraws])
    until = clock.now() + IN_HAND_FOR
    waits = Asked(Gate.BUDGET, Answer.WAITS, {"until": until.isoformat(timespec="seconds")})
    return {
        key: decision
        if withdrawn.issuperset(decision.withdraws)
        else Decision(
            state=State.HELD, why=str(Gate.BUDGET), due_at=until, asked=(*decision.asked[:-1], waits)
        )
        for key, decision in decisions.items()
    }


def _withdraw_lesser(message_ids: Sequence[int]) -> set[int]:
    """Out of the outbox, back to waiting for the budget. What has been begun stays. Returns which went."""
    if not message_ids:
        return set()
    now = clock.now()
    lesser = Message.objects.filter(pk__in=message_ids, state=State.QUEUED).select_related("sending")
    rows = {one.key: one for one in lesser.order_by("id").select_for_update(of=("self",))}
    withdrawn: set[str] = set()
    for lane in Lane:
        keys = [key for key, one in rows.items() if one.lane == lane]
        withdrawn |= outbox.withdraw(kind=KINDS[lane], keys=keys) if keys else set()
    change_messages(
        [
            (
                rows[key].pk,
                Decision(state=State.HELD, why="budget", due_at=min(now, rows[key].deadline), asked=()),
                {
                    "at": now.isoformat(timespec="seconds"),
                    "then": "held",
                    "asked": [["budget", "wait", {"why": "gave_way"}]],
                },
            )
            for key in sorted(withdrawn)
        ]
    )
    return {rows[key].pk for key in withdrawn}


def change_messages(changes: Sequence[tuple[int, Decision, dict[str, Any]]]) -> None:
    """State, reason and a line of the trace (empty: none) for each."""
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.act.messages", "change_messages"),
            {
                "ids": [pk for pk, _decision, _line in changes],
                "states": [str(decision.state) for _pk, decision, _line in changes],
                "whys": [decision.why[:60] for _pk, decision, _line in changes],
                "due": [decision.due_at for _pk, decision, _line in changes],
                "traces": [encode([line]) if line else "" for _pk, _decision, line in changes],
                "now": clock.now(),
            },
        )
