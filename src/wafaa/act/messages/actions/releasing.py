"""Messages whose moment has come: asked at the gate again, the weightiest first, and queued, held on or let go."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, transaction

from wafaa.act.messages import gate
from wafaa.act.messages.actions.sending import (
    CHUNK,
    change_messages,
    enqueue_messages,
    make_room,
)
from wafaa.act.messages.actions.telling import tell_messages
from wafaa.act.messages.channels import get_channel
from wafaa.act.messages.house import EXEMPT
from wafaa.act.messages.models import Message
from wafaa.act.messages.queries import find_readers, get_home, get_house, lock_budget
from wafaa.act.messages.rules import KINDS, Candidate, Decision, Lane, SendingState, State
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream import outbox
from wafaa.stream.models import Effect

PENDING, IN_FLIGHT = Effect.State.PENDING, Effect.State.IN_FLIGHT


def release_due(*, limit: int = CHUNK) -> int:
    """One round, in one transaction. Returns how many were looked at: fewer than `limit` means that nothing is left."""
    return _release(limit) + _let_lapse(limit)


@transaction.atomic
def _release(limit: int) -> int:
    now, house = clock.now(), get_house()
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "claim_due"), {"now": now, "limit": limit})
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return 0
    rows = {one.pk: one for one in Message.objects.filter(pk__in=ids).select_related("sending")}
    live = [
        rows[pk] for pk in ids if rows[pk].sending.state == SendingState.RUNNING or rows[pk].deadline <= now
    ]
    gone = [rows[pk] for pk in ids if rows[pk].sending.state == SendingState.CANCELLED]
    candidates = _make_candidates([one for one in live if one not in gone])
    if any(one.purpose not in EXEMPT for one in candidates) and house.budgets:
        lock_budget()
    decisions = make_room(gate.ask(candidates, now=now, house=house, home=get_home()))
    for one in gone:
        decisions[one.pk] = Decision(state=State.CANCELLED, why="cancelled", asked=())
    change_messages([(pk, decision, _write_line(rows[pk], decision)) for pk, decision in decisions.items()])
    enqueue_messages(
        [
            (one.pk, one.uuid, one.sending, one.lane, one.deadline)
            for pk in ids
            if (one := rows[pk]) and pk in decisions and decisions[pk].state is State.QUEUED
        ]
    )
    ended = {State.REFUSED, State.LAPSED}
    tell_messages([pk for pk, decision in decisions.items() if decision.state in ended])
    return len(ids)


def _write_line(message: Message, decision: Decision) -> dict[str, object]:
    """None where it waits on for what it waited for: a trace tells what changed."""
    if decision.state is State.HELD and message.why == decision.why and message.due_at == decision.due_at:
        return {}
    return decision.as_trace(clock.now())


def _make_candidates(messages: Sequence[Message]) -> list[Candidate]:
    readers = find_readers({one.customer_id for one in messages})
    return [
        Candidate(
            key=one.pk,
            message_id=one.pk,
            customer_id=one.customer_id,
            channel=one.channel,
            address=get_channel(one.channel).find_address(readers[one.customer_id]),
            country=readers[one.customer_id].country,
            city=readers[one.customer_id].city,
            purpose=one.purpose,
            topic=one.topic,
            priority=one.priority,
            deadline=one.deadline,
        )
        for one in messages
    ]


@transaction.atomic
def _let_lapse(limit: int) -> int:
    """What stood in the outbox past its deadline (its destination was away, or the worker) and nobody has in hand."""
    now = clock.now()
    late = Message.objects.filter(state=State.QUEUED, deadline__lt=now).order_by("deadline")
    rows = {one.key: one for one in late.select_for_update(skip_locked=True)[:limit]}
    states = outbox.list_states(list(rows))
    waiting: dict[str, list[str]] = defaultdict(list)
    for key, one in rows.items():
        if states.get(key) == PENDING:
            waiting[one.lane].append(key)
    withdrawn = {
        key for lane, keys in waiting.items() for key in outbox.withdraw(kind=KINDS[Lane(lane)], keys=keys)
    }
    withdrawn |= {key for key in rows if states.get(key) not in {PENDING, IN_FLIGHT}}
    lapsed = Decision(state=State.LAPSED, why="deadline", asked=())
    change_messages([(rows[key].pk, lapsed, lapsed.as_trace(now)) for key in sorted(withdrawn)])
    tell_messages([rows[key].pk for key in sorted(withdrawn)])
    return len(withdrawn)
