"""Erasing a person everywhere: chunk by chunk out of the rows, then out of others' texts, files and figures.

Each chunk and the count of what it took commit together, so that a kill loses and doubles nothing; what a chunk did is not
there to be done again, so that beginning anew ends the same.
"""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wafaa.access.audit.actions import forget_subject, record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock, remote
from wafaa.know.customers.actions import erase_customers
from wafaa.know.customers.actions.identifying import hold_still
from wafaa.know.customers.models import Customer
from wafaa.know.identity.actions import erase_customer as erase_claims
from wafaa.know.orders.erasing import erase_orders
from wafaa.learn.facts.actions import forget_retired
from wafaa.learn.facts.queries import find_manifest
from wafaa.learn.measures.actions import prune_answers
from wafaa.learn.segments.actions import forget_person as forget_conditions
from wafaa.listen.connectors.files.actions import erase_person as erase_imports
from wafaa.listen.connectors.files.queries import is_publishing
from wafaa.show.api.actions import forget_person as forget_answers
from wafaa.show.privacy.errors import ErasureRuns, ImportInTheWay
from wafaa.show.privacy.finding import dump_person, find_person, load_person
from wafaa.show.privacy.models import Erasure
from wafaa.show.privacy.rooms import ERASERS
from wafaa.show.privacy.rules import Person, State, Traces
from wafaa.stream.erasing import erase_events, erase_refused, erase_traces, hold_checkpoints, redact_mentions

JOB = "wafaa.show.privacy.tasks.erase"
SYNC_PATIENCE_S = 3600.0
# How long an erasure waits for an import that is being published before its job is tried again.
PATIENCE_S = 600.0
POLL_S = 0.5
# Deeds of the trail that are about one customer.
CUSTOMER_DEEDS = (
    "change_customer", "set_owner", "set_tags", "merge_customers", "undo_merge", "tell_apart", "give_consent",
    "withdraw_consent", "export_customer", "ask_for_own_data", "add_task", "change_task", "complete_task", "reopen_task",
    *(f"{verb}_{what}" for verb in ("write", "edit", "attach", "delete", "restore") for what in ("note", "task", "file")),
    *(f"{verb}_at_till" for verb in ("earn", "stamp", "enrol", "join", "undo", "reward", "code")),
)  # fmt: skip


@transaction.atomic
def start_erasure(
    *, customer: Customer, by: Staff | None, via: str = "", reason: str, starts: bool = True
) -> Erasure:
    """Asks for everything of the customer to be erased; the worker does it. Raises ErasureRuns.

    The audit trail names the certificate, not the person.
    """
    person = find_person([customer.pk])
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(
                customer=customer.pk,
                person=dump_person(person),
                requested_at=clock.now(),
                staff=by,
                by=by.get_username() if by else via,
                reason=reason,
            )
    except IntegrityError as error:
        raise ErasureRuns from error
    record_change(
        staff=by, deed="erase_customer", subject=str(erasure.uuid), after={"reason": reason}, via=via
    )
    if starts:
        request(erasure)
    return erasure


def request(erasure: Erasure) -> None:
    """Asks the worker to go on; asking twice is asking once."""
    job = app.configure_task(JOB, queueing_lock=f"privacy.erase.{erasure.uuid}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(erasure_uuid=str(erasure.uuid))


def run_erasure(*, erasure_uuid: uuid.UUID, on_step: Callable[[Erasure], None] = lambda _: None) -> Erasure:
    """From where it is to its end. Raises ImportInTheWay where a publication does not end."""
    while True:
        _wait_for_imports()
        erasure = _step(erasure_uuid)
        on_step(erasure)
        if erasure.state == State.FILES and load_person(erasure.person).place[0] == "":
            counts = _erase_texts(load_person(erasure.person))
            _clean_figures()
            return _finish(erasure_uuid, counts)
        if erasure.state == State.DONE:
            return erasure


def resume_erasures() -> int:
    """Asks for those again that a stop cut off; returns how many."""
    cut_off = list(Erasure.objects.exclude(state=State.DONE))
    for erasure in cut_off:
        request(erasure)
    return len(cut_off)


def _wait_for_imports() -> None:
    """What an import is just bringing would come after the erasure."""
    patience = time.monotonic() + PATIENCE_S
    while is_publishing():
        if time.monotonic() > patience:
            raise ImportInTheWay
        time.sleep(POLL_S)


@transaction.atomic
def _step(erasure_uuid: uuid.UUID) -> Erasure:
    """One chunk with its count."""
    erasure = Erasure.objects.select_for_update().get(uuid=erasure_uuid)
    if erasure.state == State.DONE:
        return erasure
    person = load_person(erasure.person)
    if erasure.state == State.ROWS:
        hold_checkpoints()
        person = find_person(person.customer_ids, former=person, reads_events=False)
        counts = _erase_chunk(person)
        if not any(counts.values()):
            person = find_person(person.customer_ids, former=person)
            counts = _erase_rest(person)
            erasure.state = State.FILES
    else:
        counts = _look_through_events(person)
    totals = dict(erasure.counts)
    _add(totals, counts)
    erasure.counts, erasure.person = totals, dump_person(person)
    erasure.save(update_fields=["counts", "person", "state"])
    return erasure


def _erase_chunk(person: Person) -> dict[str, int]:
    """What may be many, a part at a time."""
    counts = {"events": erase_events(distinct_ids=person.distinct_ids)}
    _add(counts, erase_orders(customer_ids=person.customer_ids))
    return counts


def _erase_rest(person: Person) -> dict[str, int]:
    """The rest at once, while nobody brings anything new to these ids: whoever comes back after it is somebody new."""
    counts: dict[str, int] = {}
    for (
        customer_id
    ) in person.customer_ids:  # before the ids are held still: who decides of identities takes its locks so
        _add(counts, erase_claims(customer_id=customer_id, distinct_ids=person.distinct_ids))
    hold_still(alone=True)
    traces = Traces(person)
    while events := erase_events(distinct_ids=person.distinct_ids):
        _add(counts, {"events": events})
    _add(counts, erase_traces(distinct_ids=person.distinct_ids))
    for customer_id in person.customer_ids:
        for erase in ERASERS:
            _add(counts, erase(customer_id=customer_id, distinct_ids=person.distinct_ids))
    _add(counts, erase_orders(customer_ids=person.customer_ids))
    _add(counts, erase_customers(customer_ids=person.customer_ids, names_person=traces.names_person))
    return counts


def _look_through_events(person: Person) -> dict[str, int]:
    """The next of others' events, without what they say of the person. At the end the place is ""."""
    traces = Traces(person)
    patterns = traces.list_like()
    if not patterns:
        person.place = ("", 0)
        return {}
    place, changed = redact_mentions(place=person.place, patterns=patterns, redact=traces.redact)
    person.place = place or ("", 0)
    return {"mentions": changed}


def _erase_texts(person: Person) -> dict[str, int]:
    """Small tables that hold text, and files of imports."""
    traces = Traces(person)
    subjects = {*person.numbers, *person.uuids, *(one[:8] for one in person.uuids)}
    return {
        "refused_messages": erase_refused(names_person=traces.names_person),
        "answers": forget_answers(names_person=traces.names_person),
        "conditions": forget_conditions(names_person=traces.names_person),
        "trail": forget_subject(subjects=subjects, deeds=CUSTOMER_DEEDS, names_person=traces.names_person),
        **erase_imports(
            distinct_ids=person.distinct_ids,
            imports=person.imports,
            sources=person.sources,
            names_person=traces.names_person,
            words=traces.list_words(),
            cells=traces.list_cells(),
        ),
    }


def _clean_figures() -> None:
    """The facts without the person, the old parts and what was answered from them gone. Where there are no facts, nothing."""
    if find_manifest() is None:
        return
    patience = time.monotonic() + PATIENCE_S
    while remote.call("facts.sync", None, timeout_s=SYNC_PATIENCE_S) is None:
        if time.monotonic() > patience:
            raise ImportInTheWay
        time.sleep(POLL_S)
    forget_retired()
    prune_answers()


@transaction.atomic
def _finish(erasure_uuid: uuid.UUID, counts: dict[str, int]) -> Erasure:
    """What is known of the person goes last, from the erasure itself."""
    erasure = Erasure.objects.select_for_update().get(uuid=erasure_uuid)
    if erasure.state != State.DONE:
        _add(erasure.counts, counts)
        erasure.state, erasure.person, erasure.customer = State.DONE, None, None
        erasure.done_at = clock.now()
        erasure.backups = {
            "daily": settings.BACKUP_KEEP_DAILY,
            "weekly": settings.BACKUP_KEEP_WEEKLY,
        }
        erasure.save(update_fields=["state", "person", "customer", "counts", "done_at", "backups"])
    return erasure


def _add(totals: dict[str, int], counts: dict[str, int]) -> None:
    for what, count in counts.items():
        totals[what] = totals.get(what, 0) + count
