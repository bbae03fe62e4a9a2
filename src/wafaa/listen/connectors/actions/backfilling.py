"""Fetching the past page by page. What a page tells and the next cursor commit together: a kill loses and doubles nothing."""

from datetime import timedelta

from django.db import DataError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.listen.connectors.actions.calling import call_out
from wafaa.listen.connectors.actions.recording import record_reading
from wafaa.listen.connectors.errors import BackfillRuns, NotPossible
from wafaa.listen.connectors.models import Backfill, Connection
from wafaa.listen.connectors.outbound import send_out
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import Connected, ConnectorError, Page, Why

State = Backfill.State
# What is over in a moment is tried again, ever later: 30 s, 1, 2, 4 ... minutes, half a day in all.
_PASSING = {Why.UNREACHABLE, Why.SYSTEM_FAILED}
_RETRY_S = 30.0
_RETRY_S_MAX = 3600.0
ATTEMPTS_MAX = 18
# A running backfill that has not moved for so long has lost its job, as after a kill.
STANDS_STILL = timedelta(minutes=2)


def start_backfill(*, connection: Connection, staff: Staff | None) -> Backfill:
    """Begins at the beginning of what the system keeps; tasks.py turns the pages. Raises NotPossible, BackfillRuns."""
    connector = CONNECTORS[connection.system]
    start = connector.start
    if start is None or connector.next_page is None or connection.state != Connection.State.ON:
        raise NotPossible
    try:
        cursor = call_out(connection, start)
    except ConnectorError as error:
        raise NotPossible from error
    now = clock.now()
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        if Backfill.objects.filter(connection=connection, state__in=["running", "paused"]).exists():
            raise BackfillRuns
        backfill = Backfill.objects.create(connection=connection, cursor=cursor, started_at=now, moved_at=now)
        record_change(staff=staff, deed="start_backfill", subject=str(connection))
    return backfill


def turn_page(*, backfill: Backfill) -> float | None:
    """Fetches and records the next page. Returns how many seconds to wait before the one after it, None where there is none
    (done, failed, or paused and cancelled meanwhile).
    """
    backfill = Backfill.objects.select_related("connection").get(pk=backfill.pk)
    if backfill.state != State.RUNNING or backfill.connection.state != Connection.State.ON:
        return None
    if backfill.wait_until is not None and (left := backfill.wait_until - clock.now()) > timedelta(0):
        return left.total_seconds()
    next_page = CONNECTORS[backfill.connection.system].next_page
    assert next_page is not None, "only what has a past is fetched"

    def fetch(connected: Connected) -> Page:
        return next_page(connected, backfill.cursor, send_out)

    try:
        page = call_out(backfill.connection, fetch)
        return _keep_page(backfill, page)
    except ConnectorError as error:
        return _fail(backfill, error)
    except DataError as error:
        return _fail(backfill, ConnectorError(Why.UNREADABLE, type(error).__name__))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return _fail(backfill, ConnectorError(Why.UNREADABLE, type(error).__name__))


@transaction.atomic
def _keep_page(backfill: Backfill, page: Page) -> float | None:
    """Only where nobody turned this page meanwhile and it is still wanted."""
    now = clock.now()
    new = record_reading(connection=backfill.connection, reading=page.reading, now=now)
    kept = Backfill.objects.select_for_update().get(pk=backfill.pk)
    if kept.state != State.RUNNING or kept.cursor != backfill.cursor:
        # what was recorded is right, and will be known by its message ids when the page is turned again
        return None
    has_moved = page.cursor != kept.cursor
    kept.pages += has_moved
    kept.told += len(page.reading.told)
    kept.recorded += new
    kept.total = page.total if page.total is not None else kept.total
    kept.attempts, kept.why, kept.detail = 0, "", ""
    kept.moved_at = now
    kept.wait_until = now + timedelta(seconds=page.wait_s) if page.wait_s > 0 else None
    if page.cursor is None:
        kept.state, kept.ended_at = State.DONE, now
    else:
        kept.cursor = page.cursor
    kept.save()
    return None if page.cursor is None else page.wait_s


@transaction.atomic
def _fail(backfill: Backfill, error: ConnectorError) -> float | None:
    kept = Backfill.objects.select_for_update().get(pk=backfill.pk)
    if kept.state != State.RUNNING:
        return None
    now = clock.now()
    kept.why, kept.detail, kept.moved_at = error.why, error.detail, now
    kept.attempts += 1
    wait_s = min(_RETRY_S * 2 ** (kept.attempts - 1), _RETRY_S_MAX)
    if error.why in _PASSING and kept.attempts < ATTEMPTS_MAX:
        kept.wait_until = now + timedelta(seconds=wait_s)
    else:
        kept.state, kept.ended_at = State.FAILED, now
    kept.save()
    return wait_s if kept.state == State.RUNNING else None


def pause_backfill(*, connection: Connection, staff: Staff | None) -> None:
    """After the page that is on its way. Raises NotPossible."""
    _move(connection, {State.RUNNING}, State.PAUSED, "pause_backfill", staff)


def resume_backfill(*, connection: Connection, staff: Staff | None) -> Backfill:
    """Where it stood; one that failed too, after what hindered it was put right. Raises NotPossible, BackfillRuns."""
    if connection.state != Connection.State.ON:
        raise NotPossible
    return _move(connection, {State.PAUSED, State.FAILED}, State.RUNNING, "resume_backfill", staff)


def cancel_backfill(*, connection: Connection, staff: Staff | None) -> None:
    """What was fetched stays. Raises NotPossible."""
    _move(
        connection,
        {State.RUNNING, State.PAUSED, State.FAILED},
        State.CANCELLED,
        "cancel_backfill",
        staff,
    )


@transaction.atomic
def _move(connection: Connection, froms: set[State], to: State, deed: str, staff: Staff | None) -> Backfill:
    kept = Backfill.objects.select_for_update().filter(connection=connection).order_by("-started_at").first()
    if kept is None or kept.state not in froms:
        raise NotPossible
    now = clock.now()
    kept.state, kept.moved_at = to, now
    kept.ended_at = now if to == State.CANCELLED else None
    if to == State.RUNNING:
        kept.attempts, kept.wait_until, kept.why, kept.detail = 0, None, "", ""
    kept.save()
    record_change(staff=staff, deed=deed, subject=str(connection))
    return kept


def wake_backfills() -> list[Backfill]:
    """Those that run but stand still, because their job was killed."""
    now = clock.now()
    still = Backfill.objects.filter(state=State.RUNNING, moved_at__lt=now - STANDS_STILL)
    return list(still.exclude(wait_until__gt=now))
