"""What staff do about a case. Each deed locks the case, leaves a line that can be undone, and a line in the audit trail.

Neither trail nor event holds what was written: they outlast the customer.
"""

import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.cases.actions.telling import tell_change
from wafaa.act.cases.errors import (
    AssigneeUnfit,
    CaseDone,
    CaseMissing,
    CaseOpenAlready,
    CaseTaken,
    CauseUnknown,
    NothingToUndo,
    TextMissing,
    TextTooLong,
)
from wafaa.act.cases.models import Case, CaseLine
from wafaa.act.cases.queries import find_undoable, get_target
from wafaa.act.cases.rules import TEXT_LETTERS_MAX, Cause, Deed, find_due, read_text
from wafaa.kit import clock

_STATE = ("owner_id", "contacted_at", "closed_at", "closed_by_id", "outcome", "cause", "due_at")
_MOMENTS = frozenset({"contacted_at", "closed_at", "due_at"})


@transaction.atomic
def take_case(*, case: Case, by: Staff) -> Case:
    """Of two who take it at once one wins, and the other is told who. Raises CaseTaken, CaseDone."""
    case = _lock_open(case)
    if case.owner_id == by.pk:
        return case
    if case.owner_id is not None:
        raise CaseTaken(name=str(case.owner))
    _change(case, Deed.TAKE, by, owner_id=by.pk)
    return case


@transaction.atomic
def assign_case(*, case: Case, to: Staff | None, by: Staff) -> Case:
    """To somebody else, or to nobody (None). Raises AssigneeUnfit, CaseDone."""
    case = _lock_open(case)
    if to is not None and not (to.is_active and to.may(Capability.HANDLE_CASES)):
        raise AssigneeUnfit
    if case.owner_id != (to.pk if to else None):
        _change(case, Deed.ASSIGN, by, whom=to, owner_id=to.pk if to else None)
    return case


@transaction.atomic
def note_case(*, case: Case, text: str, by: Staff, key: uuid.UUID | None = None) -> Case:
    """`key` is of the form that was sent: sent twice it is one note. Raises TextMissing, TextTooLong."""
    case = _lock(case)
    _change(case, Deed.NOTE, by, text=_check_text(text), key=key)
    return case


@transaction.atomic
def note_contact(*, case: Case, text: str, by: Staff, key: uuid.UUID | None = None) -> Case:
    """The customer was spoken to; the first time counts. Raises CaseDone, TextTooLong."""
    case = _lock_open(case)
    said = _check_text(text) if text.strip() else ""
    _change(case, Deed.CONTACT, by, text=said, key=key, contacted_at=case.contacted_at or clock.now())
    return case


@transaction.atomic
def close_case(*, case: Case, outcome: str, cause: str, by: Staff) -> Case:
    """Done, with what came of it and why it had come to that. Raises CaseDone, CauseUnknown, TextMissing, TextTooLong."""
    case = _lock(case)
    outcome = _check_text(outcome)
    if cause not in set(Cause):
        raise CauseUnknown
    if not case.is_open:
        if (case.closed_by_id, case.outcome, case.cause) == (by.pk, outcome, cause):
            return case  # the same press, twice
        raise CaseDone
    line = _change(
        case,
        Deed.CLOSE,
        by,
        text=outcome,
        closed_at=clock.now(),
        closed_by_id=by.pk,
        outcome=outcome,
        cause=cause,
        owner_id=case.owner_id or by.pk,
    )
    if line:
        tell_change(case, line)
    return case


@transaction.atomic
def reopen_case(*, case: Case, by: Staff) -> Case:
    """It goes on with a clock that begins now. Raises CaseOpenAlready where the customer has a later one that is open."""
    case = _lock(case)
    if case.is_open:
        return case
    due_at = find_due(clock.now(), case.severity, get_target(), get_business().zone)
    line = _change(
        case, Deed.REOPEN, by, closed_at=None, closed_by_id=None, outcome="", cause="", due_at=due_at
    )
    if line:
        tell_change(case, line, reason="reopened")
    return case


def close_changed(*, case: Case) -> None:
    """By nobody: the answer that opened it is a good one now. The caller has locked it."""
    if line := _change(case, Deed.CLOSE, None, closed_at=clock.now(), cause=Cause.CHANGED.value):
        tell_change(case, line)


def reopen_changed(*, case: Case) -> None:
    """By nobody, too: it was changed back. A later case of the customer that is open stands for it."""
    due_at = find_due(clock.now(), case.severity, get_target(), get_business().zone)
    with suppress(CaseOpenAlready):
        if line := _change(case, Deed.REOPEN, None, closed_at=None, cause="", due_at=due_at):
            tell_change(case, line, reason="reopened")


@transaction.atomic
def undo_line(*, case: Case, line_id: int, by: Staff) -> Case:
    """The last deed as if it had not been; only whoever did it, and managers, within a day. Raises NothingToUndo."""
    case = _lock(case)
    line = find_undoable(case, by)
    if line is None or line.pk != line_id:
        raise NothingToUndo
    was_open = case.is_open
    for name, value in line.before.items():
        setattr(case, name, datetime.fromisoformat(value) if name in _MOMENTS and value else value)
    line.undone_at = clock.now()
    line.save(update_fields=["undone_at"])
    _save(case, line.before)
    record_change(staff=by, deed="undo_case", subject=str(case.uuid), after={"undone": line.deed})
    if case.is_open != was_open:
        line.at = line.undone_at  # not saved: the event is of now
        tell_change(case, line, reason="undone")
    return case


def _lock(case: Case) -> Case:
    """As it is now. Raises CaseMissing."""
    # the owner is asked for apart: whoever waited for the lock would get the one who stood there before
    now = Case.objects.select_for_update().filter(pk=case.pk, joined_to=None).first()
    if now is None:
        raise CaseMissing
    return now


def _lock_open(case: Case) -> Case:
    case = _lock(case)
    if not case.is_open:
        raise CaseDone
    return case


def _change(
    case: Case,
    deed: Deed,
    by: Staff | None,
    *,
    text: str = "",
    whom: Staff | None = None,
    key: uuid.UUID | None = None,
    **values: Any,
) -> CaseLine | None:
    """Puts the values into the case and notes what stood there; None where this form was sent before."""
    if key is not None and CaseLine.objects.filter(key=key).exists():
        return None
    before = {name: getattr(case, name) for name in _STATE if name in values}
    for name, value in values.items():
        setattr(case, name, value)
    _save(case, values)
    line = CaseLine.objects.create(
        case=case,
        deed=deed,
        at=clock.now(),
        by=by,
        whom=whom,
        text=text,
        key=key,
        before={
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in before.items()
        },
    )
    record_change(
        staff=by,
        deed=f"{deed}_case",
        subject=str(case.uuid),
        after={"cause": case.cause} if deed is Deed.CLOSE else {"to": whom.get_username()} if whom else {},
    )
    return line


def _save(case: Case, values: Any) -> None:
    names = [name.removesuffix("_id") for name in values]
    if not names:
        return
    try:
        with transaction.atomic():
            case.save(update_fields=names)
    except IntegrityError as error:  # of two open cases of one customer
        raise CaseOpenAlready from error


def _check_text(given: str) -> str:
    text = read_text(given)
    if not text:
        raise TextMissing
    if len(text) > TEXT_LETTERS_MAX:
        raise TextTooLong(limit=f"{TEXT_LETTERS_MAX:,}")
    return text
