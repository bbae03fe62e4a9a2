"""Sending mails to staff: the weekly one once a week, that of cases once a day, and never lost without a word.

The row of (person, kind, week or day) and its job are made in one transaction, so each mail has one job. Before the mail is
handed to the server the row says SENDING, afterwards SENT. A refusal by the server, or a server that is not there, puts it
back to WAITING and is tried again. Where the connection or the worker breaks while the mail is handed over, nobody can know
whether it was taken: the row becomes UNCLEAR, the mail is not sent again by itself, the log and the person's page say so, and
one press sends it again. All attempts carry the same Message-ID.
"""

import logging
import smtplib
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from procrastinate.contrib.django import app

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.cases.queries import get_target
from wafaa.kit import clock
from wafaa.show.sending.mails import build_case_mail, build_mail
from wafaa.show.sending.models import CaseMail, Delivery, WeeklyMail
from wafaa.show.sending.queries import find_case_mail, find_weekly_mail, list_wanted, list_wanted_of_cases
from wafaa.show.sending.rules import Kind, State, find_daily, find_due, find_week

log = logging.getLogger(__name__)

QUEUE = "mail"
TASK = "wafaa.show.sending.tasks.send_weekly_mail"
# A mail that the machine slept through still comes; figures of days ago would only puzzle.
LATE_MAX = {Kind.WEEKLY: timedelta(days=2), Kind.CASES: timedelta(hours=8)}


def claim_due_mails() -> list[Delivery]:
    """Makes row and job of every mail that is due and has none yet; gives up those that waited too long."""
    now, zone = clock.now(), get_business().zone
    for kind, late_max in LATE_MAX.items():
        waiting = Delivery.objects.filter(kind=kind, state=State.WAITING, due_at__lt=now - late_max)
        if given_up := waiting.update(state=State.FAILED):
            log.error("%s mails to staff (%s) could not be sent in time", given_up, kind)
    if not settings.EMAIL_HOST:
        return []
    claimed = []
    for wish in list_wanted():
        due = find_due(weekday=wish.weekday, hour=wish.hour, zone=zone, now=now)
        claimed += _claim(wish, Kind.WEEKLY, due, find_week(due, zone))
    office = get_target().office
    for one in list_wanted_of_cases():
        due = find_daily(hour=one.hour, zone=zone, now=now)
        day = due.astimezone(zone).date()
        if office is None or day.isoweekday() in office.days:
            claimed += _claim(one, Kind.CASES, due, day)
    return claimed


def _claim(wish: WeeklyMail | CaseMail, kind: Kind, due: datetime, week: date) -> list[Delivery]:
    if not wish.since < due or clock.now() - due >= LATE_MAX[kind]:
        return []
    with transaction.atomic():
        delivery, is_new = Delivery.objects.get_or_create(
            staff=wish.staff, kind=kind, week=week, defaults={"due_at": due}
        )
        if not is_new:
            return []
        app.configure_task(TASK, queue=QUEUE).defer(delivery_id=delivery.pk)
    return [delivery]


def send_again(delivery: Delivery) -> bool:
    """At the person's own wish, a mail of which nobody knows whether it came, or that failed."""
    with transaction.atomic():
        stuck = Delivery.objects.filter(pk=delivery.pk, state__in=(State.UNCLEAR, State.FAILED))
        if not stuck.update(state=State.WAITING, due_at=clock.now(), error=""):
            return False
        app.configure_task(TASK, queue=QUEUE).defer(delivery_id=delivery.pk)
    return True


def send_delivery(delivery_id: int) -> None:
    """One attempt. Raises when it should be tried again."""
    delivery = Delivery.objects.select_related("staff").get(pk=delivery_id)
    if delivery.state == State.SENDING:
        _leave_unclear(delivery, "the worker ended while the mail was handed over")
    if delivery.state != State.WAITING:
        return
    mail = _build(delivery, _as_staff(delivery))
    if mail is None:
        _move(delivery, State.WAITING, State.SKIPPED)
        return
    _hand_over(delivery, mail)


def _build(delivery: Delivery, staff: Staff) -> EmailMultiAlternatives | None:
    """None where it is not wanted any more, may not be seen, or has nothing to tell."""
    if delivery.kind == Kind.CASES:
        asked = find_case_mail(staff)
        is_asked = asked is not None and asked.is_on and staff.may(Capability.HANDLE_CASES)
        return build_case_mail(delivery, asked) if asked and is_asked else None
    wish = find_weekly_mail(staff)
    is_wanted = wish is not None and wish.is_on and staff.may(Capability.SEE_FIGURES)
    return build_mail(delivery, wish) if wish and is_wanted else None


def _hand_over(delivery: Delivery, mail: EmailMultiAlternatives) -> None:
    connection = get_connection()
    connection.open()  # what fails until here has sent nothing
    try:
        if not _move(delivery, State.WAITING, State.SENDING):
            return  # somebody else is at it
        try:
            connection.send_messages([mail])
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            _move(delivery, State.SENDING, State.WAITING, error=type(error).__name__)
            raise  # the server said no; the queue tries again
        except (smtplib.SMTPException, OSError) as error:
            _leave_unclear(delivery, type(error).__name__)
            return
        _move(delivery, None, State.SENT)
    finally:
        connection.close()


def _leave_unclear(delivery: Delivery, reason: str) -> None:
    if _move(delivery, State.SENDING, State.UNCLEAR, error=reason):
        log.warning("mail %s to staff may have been sent or not: %s", delivery.pk, reason)


def _move(delivery: Delivery, before: State | None, after: State, *, error: str = "") -> bool:
    """Whether the row was in the state `before` (None: whatever it is)."""
    found = Delivery.objects.filter(pk=delivery.pk)
    if before is not None:
        found = found.filter(state=before)
    sent_at = clock.now() if after is State.SENT else None
    done = bool(found.update(state=after, error=error[:200], sent_at=sent_at))
    delivery.refresh_from_db()
    return done


def _as_staff(delivery: Delivery) -> Staff:
    staff = delivery.staff
    assert isinstance(staff, Staff)
    return staff
