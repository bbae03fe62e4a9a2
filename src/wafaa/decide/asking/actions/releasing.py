"""Asks whose moment has come: looked at once more, then handed to messages; and reminders of those who did not answer."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from wafaa.act.cases.queries import find_open_customers
from wafaa.act.messages.actions import send
from wafaa.act.messages.errors import SendingOver
from wafaa.act.messages.models import Template
from wafaa.act.messages.rules import Lane, Person
from wafaa.decide.asking.actions.hearing import ROOM, note_answered
from wafaa.decide.asking.actions.leaving_out import LOGGED, log_left_out
from wafaa.decide.asking.actions.making import switch_off
from wafaa.decide.asking.inviting import Describer, invite
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import ENDINGS, AskState, Kind, Why, is_cool
from wafaa.decide.asking.telling import find_numbers, make_values
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.queries import find_members, get_segment
from wafaa.listen.reviews.models import Review
from wafaa.listen.surveys.models import Invitation, Response
from wafaa.listen.surveys.rules import ResponseState, SurveyState

log = logging.getLogger(__name__)
# A transaction of them stays below a second: readers of the stream wait for it.
CHUNK = 300
# Who waits for a segment to be counted is looked at again after so long.
COUNTED_WITHIN = timedelta(minutes=1)
READY = "ready"


def go_on() -> int:
    """One round of all that has its own moments. Returns how many asks were looked at; several workers may do this at once."""
    return release_asks() + remind_asks()


def release_asks(*, limit: int = CHUNK) -> int:
    return _do_chunk(_release_chunk, limit)


def remind_asks(*, limit: int = CHUNK) -> int:
    return _do_chunk(_remind_chunk, limit)


def _do_chunk(do: Callable[[int], int], limit: int) -> int:
    """Somebody may have ended a rule's messages for good: then it has nothing to do any more."""
    try:
        return do(limit)
    except _Over as over:
        log.warning("the messages of %s were cancelled; it is switched off", over.rule)
        switch_off(rule=over.rule, by=None)
        return 1


class _Over(Exception):
    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.name)
        self.rule = rule


@transaction.atomic
def _release_chunk(limit: int) -> int:
    """All or nothing: invitations, messages and what is written of them commit together. Locks: asks by due time, then one for
    all who decide whom to ask.
    """
    now = clock.now()
    due = Ask.objects.filter(state=AskState.WAITING, due_at__lte=now)
    if not due.exists():
        return 0
    rows = list(due.order_by("due_at", "id").select_for_update(skip_locked=True)[:limit])
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "lock_asking"))
    ids = {one.rule_id for one in rows}
    rules = {one.pk: one for one in Rule.objects.filter(pk__in=ids).select_related("survey__current_version")}
    left = _judge(rules, rows, now)
    by_rule: dict[int, list[Ask]] = defaultdict(list)
    for row in left:
        by_rule[row.rule_id].append(row)
    for pk, asks in by_rule.items():
        _ask(rules[pk], asks, now)
    return len(rows)


def end_asks(asks: Sequence[Ask], ids: Collection[int], why: Why) -> list[Ask]:
    """Those who are left."""
    if ids:
        state = AskState.LAPSED if why is Why.LATE else AskState.SKIPPED
        ended = Ask.objects.filter(pk__in=ids)
        ended.update(state=state, why=why)
        if why in LOGGED:
            rows = ended.filter(rule__kind=Kind.REVIEW).values_list("customer_id", "about")
            log_left_out(rows, why)
    return [one for one in asks if one.pk not in ids]


def _judge(rules: dict[int, Rule], rows: Sequence[Ask], now: datetime) -> list[Ask]:
    """Whoever is to be asked now; why the others are not is written down, the first reason that holds."""
    left = end_asks(rows, {one.pk for one in rows if not rules[one.rule_id].is_on}, Why.SWITCHED_OFF)
    left = end_asks(left, {one.pk for one in left if one.deadline <= now}, Why.LATE)
    left = end_asks(left, {one.pk for one in left if not is_open(rules[one.rule_id], now)}, Why.SURVEY_CLOSED)
    left = end_asks(left, _find_returned(rules, left), Why.RETURNED)
    left = _leave_strangers(rules, left, now)
    unhappy = find_open_customers({one.customer_id for one in left})
    left = end_asks(left, {one.pk for one in left if one.customer_id in unhappy}, Why.OPEN_CASE)
    return end_asks(left, _find_warm(rules, left, now), Why.COOL_DOWN)


def is_open(rule: Rule, now: datetime) -> bool:
    """Whether what it asks can be answered."""
    if rule.kind == Kind.REVIEW:
        return True
    survey = rule.survey
    return (
        survey is not None
        and survey.state == SurveyState.OPEN
        and survey.current_version is not None
        and (survey.opens_at is None or survey.opens_at <= now)
        and (survey.closes_at is None or survey.closes_at > now)
    )


def _find_returned(rules: dict[int, Rule], rows: Sequence[Ask]) -> set[int]:
    """Those whose order the stream has seen come back, whether this room has heard of it or not."""
    asked = [one for one in rows if one.about and rules[one.rule_id].trigger.ends]
    if not asked:
        return set()
    values: dict[str, Any] = {
        "ids": [one.pk for one in asked],
        "customers": [one.customer_id for one in asked],
        "abouts": [one.about for one in asked],
        "began": [one.began_at for one in asked],
        "names": sorted(ENDINGS),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "find_returned"), values)
        return {pk for (pk,) in cursor.fetchall()}


def _leave_strangers(rules: dict[int, Rule], rows: Sequence[Ask], now: datetime) -> list[Ask]:
    """Those who are in their rule's segment. Where nobody has counted it yet they wait a moment."""
    out: set[int] = set()
    wait: set[int] = set()
    for rule in rules.values():
        own = [one for one in rows if one.rule_id == rule.pk]
        if rule.segment is None or not own:
            continue
        try:
            segment = get_segment(rule.segment)
        except SegmentMissing:
            out |= {one.pk for one in own}
            continue
        if segment.build_id is None:
            wait |= {one.pk for one in own}
            continue
        members = find_members(segment, [one.customer_id for one in own])
        out |= {one.pk for one in own if one.customer_id not in members}
    if wait:
        Ask.objects.filter(pk__in=wait).update(due_at=now + COUNTED_WITHIN)
    left = end_asks(rows, out, Why.NOT_MEMBER)
    return [one for one in left if one.pk not in wait]


def find_last_asked(customer_ids: Collection[int]) -> dict[int, datetime]:
    """When each was asked last, by any rule or by hand; whose message was refused was not."""
    counted = [AskState.HELD, AskState.SENT, AskState.ANSWERED]
    asked = Ask.objects.filter(customer__in=customer_ids, state__in=counted, asked_at__isnull=False)
    last = dict(asked.order_by().values_list("customer_id").annotate(Max("asked_at")))
    sent = Invitation.objects.filter(customer__in=customer_ids, sent_at__isnull=False)
    for customer_id, at in sent.order_by().values_list("customer_id").annotate(Max("sent_at")):
        if customer_id is not None:
            last[customer_id] = max(at, last.get(customer_id, at))
    return last


def _find_warm(rules: dict[int, Rule], rows: Sequence[Ask], now: datetime) -> set[int]:
    """Those who were asked too lately, also by another ask of this chunk."""
    last = find_last_asked({one.customer_id for one in rows})
    warm = set()
    for one in rows:
        if is_cool(last.get(one.customer_id), now, rules[one.rule_id].cool_down_days):
            last[one.customer_id] = now
        else:
            warm.add(one.pk)
    return warm


def _ask(rule: Rule, asks: Sequence[Ask], now: datetime) -> None:
    template = find_ready(rule.template)
    if template is None:
        end_asks(asks, {one.pk for one in asks}, Why.NO_TEMPLATE)
        return
    invited = invite(rule, asks)
    known = {one.pk for one in invited}
    end_asks(asks, {one.pk for one in asks if one.pk not in known}, Why.NOTHING_TO_REVIEW)
    for one in invited:
        one.state, one.asked_at = AskState.HELD, now
    _send(rule, template, invited, steps=[one.occasion_key for one in invited], now=now)
    Ask.objects.bulk_update(invited, ["state", "asked_at", "invitation", "review_invitation"])


def find_ready(template: Any) -> Template | None:
    """The message, where it may be sent."""
    return Template.objects.filter(uuid=template, state=READY).first() if template else None


def _send(
    rule: Rule, template: Template, asks: Sequence[Ask], *, steps: Sequence[str], now: datetime
) -> None:
    describer, numbers = Describer([rule], asks), find_numbers(asks)
    people = [
        Person(
            customer_id=one.customer_id,
            channel=rule.channel or None,
            values={**make_values(one, numbers), "survey": describer.describe(one)},
            step=step,
            deadline=max(one.deadline, now + timedelta(hours=1))
            if one.reminded == 0
            else now + rule.patience,
        )
        for one, step in zip(asks, steps, strict=True)
    ]
    try:
        send(
            reason=rule.reason,
            step="",
            template=template.uuid,
            people=people,
            purpose=template.purpose,
            topic=template.topic,
            lane=Lane.NORMAL,
        )
    except SendingOver as error:
        raise _Over(rule) from error


@transaction.atomic
def _remind_chunk(limit: int) -> int:
    now = clock.now()
    due = Ask.objects.filter(state=AskState.SENT, remind_at__lte=now)
    if not due.exists():
        return 0
    locked = due.order_by("remind_at", "id").select_for_update(skip_locked=True, of=("self",))
    rows = list(locked.select_related("invitation", "review_invitation")[:limit])
    ids = {one.rule_id for one in rows}
    rules = {one.pk: one for one in Rule.objects.filter(pk__in=ids).select_related("survey__current_version")}
    for pk, rule in rules.items():
        _remind(rule, [one for one in rows if one.rule_id == pk], now)
    return len(rows)


def _remind(rule: Rule, asks: Sequence[Ask], now: datetime) -> None:
    """Only who has not answered, whose link still opens, and with whom nothing is amiss; of all others it is let be."""
    for one in asks:
        one.rule = rule
    answered, used = _find_answered(asks), _find_used(asks)
    note_answered([one for one in asks if one.pk in answered])
    # anonymously: nobody reads of whom, not even that there was an answer
    Ask.objects.filter(pk__in=used - answered).update(remind_at=None)
    left = [one for one in asks if one.pk not in answered | used]
    unhappy = find_open_customers({one.customer_id for one in left})
    template = find_ready(rule.reminder) or find_ready(rule.template)
    meant = [
        one
        for one in left
        if one.customer_id not in unhappy
        and rule.is_on
        and template is not None
        and one.reminded < rule.reminders
        and is_open(rule, now)
        and _may_open(one, now)
    ]
    for one in left:
        one.remind_at = None
    for one in meant:
        one.reminded += 1
        if one.reminded < rule.reminders:
            one.remind_at = now + timedelta(days=rule.remind_days)
    if meant and template is not None:
        _send(rule, template, meant, steps=[one.reminder_step for one in meant], now=now)
    Ask.objects.bulk_update(left, ["reminded", "remind_at"])


def _may_open(ask: Ask, now: datetime) -> bool:
    page = ask.invitation or ask.review_invitation
    return page is not None and (page.expires_at is None or page.expires_at > now)


def _find_answered(asks: Sequence[Ask]) -> set[int]:
    """By name, also where the event of the answer is still on its way; and who did not belong to those who are asked."""
    pages = {one.review_invitation_id: one.pk for one in asks if one.review_invitation_id}
    reviewed = Review.objects.filter(invitation__in=pages).values_list("invitation_id", flat=True)
    invited = {one.invitation_id: one.pk for one in asks if one.invitation_id}
    begun = [ResponseState.STARTED, ResponseState.PARTIAL]
    ended = Response.objects.filter(invitation__in=invited, is_test=False).exclude(state__in=begun)
    return {pages[one] for one in reviewed} | {
        invited[one] for one in ended.values_list("invitation_id", flat=True)
    }


def _find_used(asks: Sequence[Ask]) -> set[int]:
    """Whose link has led to an answer, whoever's it is."""
    return {one.pk for one in asks if one.invitation is not None and one.invitation.answered_at is not None}
