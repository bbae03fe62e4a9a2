"""From unhappy signals to cases: one open case for each customer collects them, each signal once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from wafaa.access.business.queries import get_business
from wafaa.act.cases.actions.handling import close_changed, reopen_changed
from wafaa.act.cases.actions.telling import make_opened
from wafaa.act.cases.models import Case, Signal
from wafaa.act.cases.notices import tell_owner_later
from wafaa.act.cases.queries import count_open_by_owner, get_target, list_on_duty
from wafaa.act.cases.rules import IS_LOW, SIGNAL_DAYS_MAX, Cause, Heard, find_due, read_signal
from wafaa.kit import clock
from wafaa.know.customers.actions.identifying import hold_still, lock
from wafaa.know.customers.models import DistinctId
from wafaa.know.customers.rules import read_properties
from wafaa.stream.actions import record_events
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead


@transaction.atomic
def hear_signals(heads: Sequence[EventHead]) -> list[Case]:
    """The cases that these events open. A customer with an open case gets no second one; heard again nothing changes.
    A case that nobody has touched ends with the answer that opened it, where that is changed to a good one.

    Locks ids against merges, then customers, then cases, each in the order of their ids.
    """
    heard = _read(heads)
    if not heard:
        return []
    hold_still()
    customers = _find_customers(heard)
    known = {
        one.source_key: one
        for one in Signal.objects.select_for_update().filter(source_key__in=heard).order_by("id")
    }
    _follow_changes(_renew(known, heard))
    oldest = clock.now() - timedelta(days=SIGNAL_DAYS_MAX)
    fresh = [one for key, one in heard.items() if key not in known and one.is_low and one.at >= oldest]
    return _open(fresh, customers) if fresh else []


def _read(heads: Sequence[EventHead]) -> dict[str, Heard]:
    """By key; of several tellings of one signal the last counts."""
    found: dict[str, Heard] = {}
    for event in read_events(heads):
        one = read_signal(
            name=event.name,
            message_id=event.message_id,
            distinct_id=event.distinct_id,
            at=event.occurred_at,
            told=read_properties(event.properties),
        )
        if one is not None:
            before = found.get(one.source_key)
            found[one.source_key] = one if before is None else before.join(one)
    return found


def _find_customers(heard: Mapping[str, Heard]) -> dict[str, int]:
    """By distinct id, each customer locked."""
    ids = {one.distinct_id for one in heard.values()}
    found = dict(DistinctId.objects.filter(distinct_id__in=ids).values_list("distinct_id", "customer_id"))
    list(lock(set(found.values())))
    return found


def _renew(known: Mapping[str, Signal], heard: Mapping[str, Heard]) -> list[Signal]:
    """An answer that was gone on with or changed shows as it is now: those that do."""
    changed = []
    for key, signal in known.items():
        one = heard[key]
        # of an anonymous one only the hour is known in which it was begun and finished
        is_finished = signal.content.get("is_partial", False) and not one.content.get("is_partial", False)
        if one.at > signal.at or (one.at == signal.at and is_finished):
            signal.at, signal.search_text = one.at, one.search_text
            signal.content = {**one.content, IS_LOW: one.is_low}
            signal.severity = one.severity if one.is_low else signal.severity
            changed.append(signal)
    Signal.objects.bulk_update(changed, ["at", "content", "search_text", "severity"])
    return changed


def _follow_changes(changed: Sequence[Signal]) -> None:
    """What became worse is due sooner; what became good ends its case, as long as nobody sees to it."""
    cases = Case.objects.select_for_update().filter(pk__in={one.case_id for one in changed})
    for case in cases.order_by("id"):
        low = [one for one in case.signals.all() if one.content.get(IS_LOW, True)]
        if not low and case.is_open and not case.lines.filter(by__isnull=False).exists():
            close_changed(case=case)
        elif low and (case.is_open or case.cause == Cause.CHANGED):
            _make_graver(case, max(one.severity for one in low))
            if not case.is_open:
                reopen_changed(case=case)


def _make_graver(case: Case, severity: int) -> None:
    if severity > case.severity:
        due_at = find_due(clock.now(), severity, get_target(), get_business().zone)
        case.severity, case.due_at = severity, min(case.due_at, due_at)
        case.save(update_fields=["severity", "due_at"])


def _open(fresh: Sequence[Heard], customers: Mapping[str, int]) -> list[Case]:
    target, zone = get_target(), get_business().zone
    rows = Case.objects.select_for_update().filter(
        customer__in={customers[one.distinct_id] for one in fresh if one.distinct_id in customers},
        closed_at=None,
        joined_to=None,
    )
    by_customer: dict[int | None, Case] = {one.customer_id: one for one in rows.order_by("id")}
    standing = list(by_customer.values())
    opened: list[Case] = []
    belongs: list[tuple[Heard, Case]] = []
    for one in sorted(fresh, key=lambda signal: signal.at):
        customer_id = customers.get(one.distinct_id)
        case = by_customer.get(customer_id) if customer_id else None
        due_at = find_due(one.at, one.severity, target, zone)
        if case is None:
            case = Case(
                customer_id=customer_id, severity=one.severity, kind=one.kind, opened_at=one.at, due_at=due_at
            )
            opened.append(case)
            if customer_id:
                by_customer[customer_id] = case
        # what is graver than all before is due sooner
        elif one.severity > case.severity:
            case.severity, case.due_at = one.severity, min(case.due_at, due_at)
        belongs.append((one, case))
    _assign(opened)
    Case.objects.bulk_create(opened)
    Case.objects.bulk_update(standing, ["severity", "due_at"])
    Signal.objects.bulk_create(_make_signal(one, case) for one, case in belongs)
    first = {id(case): one for one, case in reversed(belongs)}
    record_events(events=[make_opened(case, first[id(case)]) for case in opened])
    site = next((origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin), "")
    for case in opened if site else ():
        tell_owner_later(case=case, base_url=site)
    return opened


def _assign(opened: Sequence[Case]) -> None:
    """Each to whoever of those on duty has fewest; to nobody where nobody is."""
    loads = count_open_by_owner([one.pk for one in list_on_duty()])
    for case in opened if loads else ():
        case.owner_id = min(loads, key=lambda pk: (loads[pk], pk))
        loads[case.owner_id] += 1


def _make_signal(one: Heard, case: Case) -> Signal:
    return Signal(
        case=case,
        source_key=one.source_key,
        kind=one.kind,
        severity=one.severity,
        distinct_id=one.distinct_id,
        at=one.at,
        content=dict(one.content),
        search_text=one.search_text,
        **one.fields,
    )
