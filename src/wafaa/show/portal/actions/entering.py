"""The way in: an address asks for a code, the worker sends it, code or link prove the address once, somebody goes in."""

import hmac
import logging
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from wafaa.access.limits.actions import take
from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.sessions.rules import Origin
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.portal.errors import CodeWrong, LinkOver, ProofOver
from wafaa.show.portal.models import Entry, MemberSession
from wafaa.show.portal.queries import find_people, get_portal
from wafaa.show.portal.rules import (
    ASK_MEMBERS,
    ASK_STRANGERS,
    CODE_LASTS,
    PROOF_LASTS,
    TRIES,
    digest_code,
    digest_token,
    make_code,
    make_token,
)
from wafaa.show.portal.sending import send_code
from wafaa.stream.outbox import Verdict

log = logging.getLogger(__name__)

QUEUE = "mail"
TASK = "wafaa.show.portal.tasks.send_code"
# A queue that stood still for longer sends no codes for which nobody waits any more.
SENT_WITHIN = CODE_LASTS
FREE_WAYS = frozenset({"email"})


class NotSent(Exception):
    """The provider could not be reached."""


@transaction.atomic
def ask_for_code(*, way: str, address: str, language: str, browser: str) -> None:
    """Whose address it is the worker looks up: the page does, and takes, the same for everybody's and nobody's."""
    now = clock.now()
    entry = Entry.objects.create(
        way=way,
        address=address,
        language=language,
        browser=digest_token(browser),
        asked_at=now,
        ends_at=now + CODE_LASTS,
    )
    app.configure_task(TASK, queue=QUEUE).defer(entry=str(entry.uuid))


def deliver_code(*, entry_uuid: str) -> None:
    """The worker's part: makes the code, so that no queue ever held it. Tried again it makes another. Raises NotSent."""
    entry = Entry.objects.filter(uuid=entry_uuid, proved_at=None).first()
    now = clock.now()
    if entry is None or now - entry.asked_at > SENT_WITHIN or not _is_welcome(entry):
        return
    code, token = make_code(), make_token()
    Entry.objects.filter(pk=entry.pk).update(
        code=digest_code(str(entry.uuid), code), link=digest_token(token), ends_at=now + CODE_LASTS
    )
    outcome = send_code(entry=entry, code=code, token=token)
    if outcome.verdict is Verdict.FAILED:
        raise NotSent(outcome.error)
    if outcome.verdict is not Verdict.DELIVERED:
        log.warning("a code by %s could not be sent: %s", entry.way, outcome.error)


def _is_welcome(entry: Entry) -> bool:
    people = find_people(entry.way, entry.address)
    if people is None or not (people or get_portal().may_join):
        return False
    if people and entry.way in FREE_WAYS:
        return True
    try:
        take(ASK_MEMBERS if people else ASK_STRANGERS, "all")
    except TooManyAttempts:
        log.warning("codes by %s are asked for too often; one was not sent", entry.way)
        return False
    return True


def prove_by_code(*, browser: str, code: str) -> Entry:
    """Only in the browser that asked, five times at most. Raises CodeWrong."""
    now = clock.now()
    with transaction.atomic():
        asked = Entry.objects.select_for_update().filter(browser=digest_token(browser))
        entry = asked.order_by("-id").first()
        given = digest_code(str(entry.uuid) if entry else "", code)
        is_right = hmac.compare_digest(given, entry.code if entry and entry.code else "-")
        is_right = is_right and entry is not None and _is_usable(entry, now)
        if entry is not None and is_right:
            entry.proved_at = now
            entry.save(update_fields=["proved_at"])
        elif entry is not None:
            entry.tries = min(entry.tries + 1, TRIES)
            entry.save(update_fields=["tries"])
    if entry is None or not is_right:
        raise CodeWrong
    return entry


def find_by_link(token: str) -> Entry:
    """What a link is for, to be shown before it is used: looking uses nothing up. Raises LinkOver."""
    entry = Entry.objects.filter(link=digest_token(token)).first()
    if entry is None or not _is_usable(entry, clock.now()):
        raise LinkOver
    return entry


@transaction.atomic
def prove_by_link(*, token: str, browser: str) -> Entry:
    """In whichever browser it was opened. Raises LinkOver."""
    now = clock.now()
    entry = Entry.objects.select_for_update().filter(link=digest_token(token)).first()
    if entry is None or not _is_usable(entry, now):
        raise LinkOver
    entry.proved_at, entry.browser = now, digest_token(browser)
    entry.save(update_fields=["proved_at", "browser"])
    return entry


def _is_usable(entry: Entry, now: datetime) -> bool:
    return entry.proved_at is None and bool(entry.code) and now < entry.ends_at and entry.tries < TRIES


def find_proof(browser: str) -> Entry:
    """What this browser proved just now and did not use yet. Raises ProofOver."""
    since = clock.now() - PROOF_LASTS
    proofs = Entry.objects.filter(browser=digest_token(browser), proved_at__gt=since, entered_at=None)
    found = proofs.order_by("-id").first() if browser else None
    if found is None:
        raise ProofOver
    return found


@transaction.atomic
def go_in(*, entry: Entry, customer: Customer, origin: Origin, former: str = "") -> str:
    """A session of this customer, whose proof is used up by it; returns what its cookie holds. Raises ProofOver."""
    now = clock.now()
    if not Entry.objects.filter(pk=entry.pk, entered_at=None, proved_at__isnull=False).update(entered_at=now):
        raise ProofOver
    token = make_token()
    if former:
        MemberSession.objects.filter(key=digest_token(former)).delete()
    MemberSession.objects.create(
        key=digest_token(token),
        customer=customer,
        way=entry.way,
        address=entry.address,
        opened_at=now,
        seen_at=now,
        device=origin.device[:60],
        network=origin.network[:50],
    )
    return token
