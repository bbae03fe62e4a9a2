"""Events to asks: what begins one, what makes one needless, what came of its message, and what was answered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from wafaa.act.messages.actions import withdraw_messages
from wafaa.decide.asking.actions.leaving_out import log_left_out
from wafaa.decide.asking.models import REMINDER, Ask, Rule
from wafaa.decide.asking.rules import (
    ANSWERED,
    ENDINGS,
    MESSAGE,
    REVIEWED,
    SENT,
    TOLD,
    AskState,
    Happening,
    Kind,
    RuleState,
    Why,
    find_about,
    is_drawn,
    name_occasion,
)
from wafaa.decide.asking.telling import list_simple
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import DistinctId
from wafaa.know.customers.rules import read_properties
from wafaa.listen.reviews.actions import mark_sent
from wafaa.listen.reviews.models import Review
from wafaa.listen.surveys.actions import mark_sent as mark_invited
from wafaa.listen.surveys.models import Invitation, Response
from wafaa.listen.surveys.rules import ResponseState
from wafaa.stream.actions import record_events
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead, NewEvent, get_places

ROOM = "wafaa.decide.asking"
SOURCE = "asking"
MESSAGES_SOURCE = "messages"
OPEN = (AskState.WAITING, AskState.HELD, AskState.SENT)


@transaction.atomic
def apply_events(heads: Sequence[EventHead]) -> None:
    """Heard again they change nothing. Nothing to do costs one look-up."""
    rules = list(Rule.objects.filter(state=RuleState.ON, live_since__isnull=False).order_by("id"))
    ever = bool(rules) or Rule.objects.exists()
    if not ever:
        return
    begins = frozenset[str]().union(*(one.names for one in rules))
    spoken = [head for head in heads if head.name in begins | ENDINGS | {ANSWERED, REVIEWED}]
    happenings = _read(spoken)
    _begin(rules, [one for one in happenings if one.name in begins])
    _end([one for one in happenings if one.name in ENDINGS])
    note_told([head for head in heads if head.name in TOLD])
    _note_answers([one for one in happenings if one.name in {ANSWERED, REVIEWED}])


def _read(heads: Sequence[EventHead]) -> list[Happening]:
    """Customer 0 where nobody knows whose an event is."""
    events = read_events(heads) if heads else []
    ids = {event.distinct_id for event in events}
    customers = dict(DistinctId.objects.filter(distinct_id__in=ids).values_list("distinct_id", "customer_id"))
    return [
        Happening(
            customer_id=customers.get(event.distinct_id, 0),
            name=event.name,
            at=event.occurred_at,
            message_id=event.message_id,
            properties=read_properties(event.properties),
            source=event.source,
        )
        for event in events
    ]


def _begin(rules: Iterable[Rule], happenings: Sequence[Happening]) -> None:
    """Each once for good for its rule and occasion. Who is not drawn is written down too, so that the page can say so."""
    now, asks = clock.now(), []
    for rule in rules:
        trigger = rule.trigger
        for one in happenings:
            if not one.customer_id or rule.live_since is None or one.at < rule.live_since:
                continue
            due = one.at + timedelta(minutes=rule.delay_minutes)
            if not trigger.fits(one.name, one.properties) or due + rule.patience <= now:
                continue
            drawn = is_drawn(rule.uuid, one.customer_id, rule.share_bp)
            asks.append(
                Ask(
                    rule=rule,
                    customer_id=one.customer_id,
                    occasion_key=name_occasion(one),
                    about=find_about(one.properties),
                    began_at=one.at,
                    due_at=due,
                    deadline=due + rule.patience,
                    told=list_simple(one),
                    state=AskState.WAITING if drawn else AskState.SKIPPED,
                    why="" if drawn else Why.NOT_DRAWN,
                )
            )
    Ask.objects.bulk_create(asks, ignore_conflicts=True)
    left_out = [one for one in asks if one.why == Why.NOT_DRAWN and one.rule.kind == Kind.REVIEW]
    log_left_out([(one.customer_id, one.about) for one in left_out], Why.NOT_DRAWN)


def _end(happenings: Sequence[Happening]) -> None:
    """Asks about an order that comes back end; messages that nobody has begun to send are taken back."""
    given = [
        (one.customer_id, about, one.at)
        for one in happenings
        if one.customer_id and (about := find_about(one.properties))
    ]
    rules = [one.pk for one in Rule.objects.all() if one.trigger.ends] if given else []
    if not rules:
        return
    values: dict[str, Any] = {
        "customers": [customer for customer, _about, _at in given],
        "abouts": [about for _customer, about, _at in given],
        "times": [at for _customer, _about, at in given],
        "rules": rules,
        "why": str(Why.RETURNED),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "end_asks"), values)
        cursor.execute(load_sql(ROOM, "find_handed"), values)
        handed: dict[UUID, dict[tuple[str, int], int]] = defaultdict(dict)
        for rule, pk, step, customer_id in cursor.fetchall():
            handed[rule][step, customer_id] = pk
    for rule, asks in handed.items():
        back = withdraw_messages(reason=Rule(uuid=rule).reason, wanted=list(asks), why="needless")
        Ask.objects.filter(pk__in=[asks[one] for one in back], state=AskState.HELD).update(
            state=AskState.SKIPPED, why=Why.RETURNED
        )


@dataclass(frozen=True, kw_only=True)
class Word:
    """What became of a message by which somebody was asked."""

    name: str
    why: str
    channel: str
    at: datetime
    distinct_id: str


def note_told(heads: Sequence[EventHead]) -> None:
    """Sent, or refused and why. A reminder's fate changes nothing."""
    if not heads:
        return
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "read_told"), {**get_places(heads), "source": MESSAGES_SOURCE})
        rows = cursor.fetchall()
    words: dict[tuple[str, str], Word] = {}
    for rule, step, name, why, channel, at, distinct_id in rows:
        if REMINDER not in step:
            words[rule, step] = Word(name=name, why=why, channel=channel, at=at, distinct_id=distinct_id)
    if not words:
        return
    asks = (
        Ask.objects.filter(
            rule__uuid__in={rule for rule, _step in words},
            occasion_key__in={step for _rule, step in words},
        )
        .select_related("rule", "invitation", "review_invitation", "invitation__survey")
        .order_by("id")
        .select_for_update(of=("self",))
    )
    found = [(ask, words[key]) for ask in asks if (key := (str(ask.rule.uuid), ask.occasion_key)) in words]
    _note_refused([(ask, word) for ask, word in found if word.name != "Message Sent"])
    _note_sent([(ask, word) for ask, word in found if word.name == "Message Sent"])


def _note_refused(found: Sequence[tuple[Ask, Word]]) -> None:
    changed = []
    for ask, word in found:
        if ask.state == AskState.HELD:
            is_late = word.why == "deadline"
            ask.state = AskState.LAPSED if is_late else AskState.SKIPPED
            ask.why = str(Why.LATE) if is_late else f"{MESSAGE}{word.why}"[:60]
            changed.append(ask)
    Ask.objects.bulk_update(changed, ["state", "why"])


def _note_sent(found: Sequence[tuple[Ask, Word]]) -> None:
    """From now on the person counts as asked, and a reminder has its day."""
    changed, events = [], []
    for ask, word in found:
        if ask.sent_at is not None:
            continue
        ask.sent_at = word.at
        if ask.state in {AskState.HELD, AskState.WAITING}:
            ask.state = AskState.SENT
            if ask.rule.reminders:
                ask.remind_at = word.at + timedelta(days=ask.rule.remind_days)
        changed.append(ask)
        if ask.invitation is not None:
            events.append(_tell_sent(ask, ask.invitation, word))
    if not changed:
        return
    Ask.objects.bulk_update(changed, ["state", "sent_at", "remind_at"])
    mark_invited(invitation_ids=[one.invitation_id for one in changed if one.invitation_id])
    mark_sent(invitations=[one.review_invitation for one in changed if one.review_invitation is not None])
    if events:
        record_events(events=events)


def _tell_sent(ask: Ask, invitation: Invitation, word: Word) -> NewEvent:
    """The invitation by its number: its link is for the customer alone."""
    return NewEvent(
        message_id=f"survey-sent:{invitation.pk}",
        type="track",
        name=SENT,
        distinct_id=word.distinct_id,
        occurred_at=word.at,
        properties={
            "survey_id": str(invitation.survey.uuid),
            "invitation": str(invitation.pk),
            "channel": word.channel,
            "reason": ask.rule.reason,
        },
        source=SOURCE,
    )


def _note_answers(happenings: Sequence[Happening]) -> None:
    """Whoever answered is not reminded; a reminder that waits is taken back. Who only began may still be."""
    responses = _list_uuids(happenings, ANSWERED, "response_id")
    reviews = _list_uuids(happenings, REVIEWED, "review_id")
    if not responses and not reviews:
        return
    done = Response.objects.filter(uuid__in=responses, invitation__isnull=False).exclude(
        state__in=[ResponseState.STARTED, ResponseState.PARTIAL]
    )
    of_reviews = Review.objects.filter(uuid__in=reviews, invitation__isnull=False)
    asks = (
        Ask.objects.filter(
            Q(invitation__in=list(done.values_list("invitation_id", flat=True)))
            | Q(review_invitation__in=list(of_reviews.values_list("invitation_id", flat=True))),
            state__in=OPEN,
        )
        .select_related("rule")
        .order_by("id")
        .select_for_update(of=("self",))
    )
    note_answered(list(asks))


def _list_uuids(happenings: Sequence[Happening], name: str, key: str) -> list[UUID]:
    found = []
    for one in happenings:
        if one.name == name:
            try:
                found.append(UUID(str(one.properties.get(key))))
            except ValueError:
                continue  # an event of somebody else's by this name
    return found


def note_answered(asks: Sequence[Ask]) -> None:
    """These are held by the caller's transaction."""
    if not asks:
        return
    Ask.objects.filter(pk__in=[one.pk for one in asks]).update(
        state=AskState.ANSWERED, answered_at=clock.now(), remind_at=None
    )
    waiting: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for ask in asks:
        if ask.reminded:
            waiting[ask.rule.reason].append((ask.reminder_step, ask.customer_id))
    for reason, wanted in waiting.items():
        withdraw_messages(reason=reason, wanted=wanted, why="needless")
