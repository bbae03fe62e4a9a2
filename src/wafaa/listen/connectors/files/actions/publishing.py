"""Publishing: a commit record, then chunks of events, each its own short transaction; cut off, it goes on where it was."""

import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from wafaa.access.audit.actions import record_change
from wafaa.access.business.models import Business
from wafaa.kit import clock
from wafaa.listen.connectors.files.actions.steps import keep_problems_only, request
from wafaa.listen.connectors.files.errors import DemoAnswerMissing, ImportIsPast
from wafaa.listen.connectors.files.models import STAGED, Import, Told
from wafaa.listen.connectors.files.queries import (
    TOLD_KINDS,
    digest_told,
    find_bought,
    find_fingerprints,
    get_folder,
    get_import,
    get_options,
    has_waiting_events,
)
from wafaa.stream.actions import keep_silent, record_events_csv

State = Import.State
# About a third of a second on a small machine: the drain reads nothing newer while a chunk's transaction is open.
CHUNK_EVENTS = 2_000
CHUNK_BYTES = 8 * 1024**2
# Key of the advisory lock of all publications: one at a time.
PUBLISH_LOCK = 0x57414641_01
POLL_S = 0.2

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class StagedEvent:
    """A line of events.txt."""

    kind: str
    key: str
    fingerprint: uuid.UUID
    candidate: str  # the order that a refund may give back, to be looked for in the database
    csv: bytes


@dataclass(kw_only=True)
class _Chunk:
    events: list[StagedEvent] = field(default_factory=list)
    size: int = 0


def publish_import(
    *,
    import_uuid: uuid.UUID,
    on_progress: OnProgress | None = None,
    drain: Callable[[], object] | None = None,
) -> Import:
    """Writes the commit record, then records every event whose order the database does not hold like that yet.

    Before the commit record a kill leaves everything as it was; after it, calling again goes on and doubles nothing, because
    message ids follow from the import and the order. Waits until earlier events are applied: `drain` applies them, else a
    worker does. Raises ImportIsPast, DemoAnswerMissing.
    """
    tell = on_progress or (lambda done, total: None)
    with _only_publication():
        imported = get_import(import_uuid)
        if imported.state in STAGED:
            _wait_for_quiet(drain)
            try:
                _write_commit_record(imported)
            except DemoAnswerMissing:  # the demo shop came after the user's word: the page asks again
                Import.objects.filter(uuid=import_uuid, state=State.QUEUED).update(state=State.READY)
                raise
        if imported.state != State.PUBLISHING:
            if imported.state in {State.APPLYING, State.DONE}:
                return imported
            raise ImportIsPast
        total = int(imported.counts["events"])
        imported.events_done = 0  # a publication that was cut off looks at every event again
        tell(0, total)
        source = get_options(imported).source
        done = 0
        with (get_folder(imported) / "events.txt").open("rb") as lines:
            for chunk in _chunks_of(lines):
                _publish_chunk(imported, chunk, source)
                done += len(chunk)
                tell(done, total)
        _finish(imported)
    keep_problems_only(imported)
    return imported


def resume_publishing() -> int:
    """Asks for the steps that a stop of the worker cut off; called when it starts. Returns how many."""
    steps = {
        State.UPLOADED: "read",
        State.READING: "read",
        State.STAGING: "stage",
        State.QUEUED: "publish",
        State.PUBLISHING: "publish",
    }
    cut_off = Import.objects.filter(state__in=steps).order_by("id")
    for imported in cut_off:
        request(imported, steps[State(imported.state)])
    return len(cut_off)


def mark_counted(applied: Collection[int]) -> int:
    """The figures hold these imports, which were applied when the facts were written: they are done. Returns how many."""
    now = clock.now()
    waiting = Import.objects.filter(state=State.APPLYING, id__in=applied)
    return waiting.update(state=State.DONE, done_at=now, changed_at=now)


@contextmanager
def _only_publication() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PUBLISH_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PUBLISH_LOCK])


def _wait_for_quiet(drain: Callable[[], object] | None) -> None:
    """Comparing with orders that are still on their way would publish what the database is about to hold."""
    while has_waiting_events():
        if drain is not None:
            drain()
        else:
            time.sleep(POLL_S)


@transaction.atomic
def _write_commit_record(imported: Import) -> None:
    """From here on the import rolls forward. The demo goes in the same transaction, so that the two never mix."""
    keep_silent()
    business = Business.objects.select_for_update().filter(id=1).first()
    options = get_options(imported)
    if business is not None and business.shows_demo:
        if not options.replaces_demo:
            raise DemoAnswerMissing
        _remove_demo(business)
        imported.replaced_demo = True
    now = clock.now()
    moved = Import.objects.filter(uuid=imported.uuid, state__in=STAGED).update(
        state=State.PUBLISHING,
        published_at=now,
        changed_at=now,
        replaced_demo=imported.replaced_demo,
        error="",
        error_facts={},
    )
    if not moved:
        raise ImportIsPast
    imported.state, imported.published_at = State.PUBLISHING, now


def _remove_demo(business: Business) -> None:
    import_string(settings.DEMO_REMOVER)()
    business.shows_demo = False
    business.save(update_fields=["shows_demo"])
    record_change(staff=None, deed="replace_demo")


def _chunks_of(lines: IO[bytes]) -> Iterator[list[StagedEvent]]:
    chunk = _Chunk()
    for line in lines:
        kind, key, fingerprint, candidate, csv = line.split(b"\t", 4)
        chunk.events.append(
            StagedEvent(
                kind=kind.decode(),
                key=key.decode(),
                fingerprint=uuid.UUID(fingerprint.decode()),
                candidate=candidate.decode(),
                csv=csv,
            )
        )
        chunk.size += len(csv)
        if len(chunk.events) == CHUNK_EVENTS or chunk.size > CHUNK_BYTES:
            yield chunk.events
            chunk = _Chunk()
    if chunk.events:
        yield chunk.events


def _publish_chunk(imported: Import, chunk: list[StagedEvent], source: str) -> None:
    changed = _select_changed(chunk, source)
    changed = _link_refunds(changed, source)
    with transaction.atomic():
        if changed:
            # those that an earlier, cut off attempt recorded are not counted twice
            imported.events_published += record_events_csv(csv=b"".join(event.csv for event in changed))
            _note_told([event for event in changed if event.kind in TOLD_KINDS], source)
        imported.events_done += len(chunk)
        Import.objects.filter(uuid=imported.uuid).update(
            events_done=imported.events_done, events_published=imported.events_published
        )


def _select_changed(chunk: list[StagedEvent], source: str) -> list[StagedEvent]:
    known: dict[tuple[str, str], uuid.UUID | None] = {}
    for kind in {event.kind for event in chunk}:
        keys = [event.key for event in chunk if event.kind == kind]
        known |= {(kind, key): found for key, found in find_fingerprints(kind, source, keys).items()}
    return [event for event in chunk if known.get((event.kind, event.key)) != event.fingerprint]


def _link_refunds(events: list[StagedEvent], source: str) -> list[StagedEvent]:
    """A refund whose order is not in the file names it where the database has it for the same customer."""
    wanted = {(event.candidate, _distinct_id(event)) for event in events if event.candidate}
    if not wanted:
        return events
    bought = find_bought(source, wanted)
    linked = []
    for event in events:
        csv = event.csv
        if event.candidate and (event.candidate, _distinct_id(event)) in bought:
            number = event.candidate.replace("\\", "\\\\").replace('"', '\\"').replace('"', '""')
            csv = csv.replace(b'""order_id"":""""', f'""order_id"":""{number}""'.encode(), 1)
        linked.append(
            StagedEvent(kind=event.kind, key=event.key, fingerprint=event.fingerprint, candidate="", csv=csv)
        )
    return linked


def _distinct_id(event: StagedEvent) -> str:
    """The fourth column of the event's CSV, which is always quoted."""
    start = event.csv.index(b',"') + 2
    end = event.csv.index(b'",2', start) if b'",2' in event.csv[start:] else event.csv.index(b'",', start)
    return event.csv[start:end].decode().replace('""', '"')


def _note_told(events: list[StagedEvent], source: str) -> None:
    Told.objects.bulk_create(
        [
            Told(key=digest_told(event.kind, source, event.key), fingerprint=event.fingerprint)
            for event in events
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["fingerprint"],
    )


def _finish(imported: Import) -> None:
    """Without a new event the figures stand already."""
    now = clock.now()
    imported.state = State.APPLYING if imported.events_published or imported.replaced_demo else State.DONE
    imported.done_at = now if imported.state == State.DONE else None
    Import.objects.filter(uuid=imported.uuid).update(
        state=imported.state, done_at=imported.done_at, changed_at=now
    )
