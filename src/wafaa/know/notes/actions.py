"""Writing notes, tasks and files; each change leaves a line in the audit trail and, where it is an act, an event.

Neither trail nor event holds what was written: they outlast a deletion.
"""

import os
import secrets
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import Mover
from wafaa.know.notes.errors import (
    AssigneeUnfit,
    AttachmentEmpty,
    AttachmentMissing,
    AttachmentTooLarge,
    DayImplausible,
    DiskFailed,
    NoteMissing,
    NotYours,
    TaskMissing,
    TextMissing,
    TextTooLong,
)
from wafaa.know.notes.kinds import KINDS, find_kind
from wafaa.know.notes.models import Attachment, K, Kept, Note, Task
from wafaa.know.notes.queries import get_folder, get_path, list_assignees
from wafaa.know.notes.rules import (
    KEPT_DAYS,
    NOTE_LETTERS_MAX,
    WHAT_LETTERS_MAX,
    get_due_range,
    read_file_name,
    read_line,
    read_text,
)
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

SOURCE = "staff"
# Files that no row knows are left by an upload that was killed, or by a customer who was deleted.
ORPHAN_S = 24 * 3600
PURGED_AT_ONCE = 500


def _hold(customer: Customer) -> Customer:
    """The customer as they stand now, held against a merge until the end of the transaction; of one who was merged
    meanwhile, the other. Raises CustomerMissing.
    """
    held: Customer | None = customer
    while held is not None:
        held = Customer.objects.select_for_update(no_key=True).filter(pk=held.pk).first()
        if held is None or held.merged_into_id is None:
            break
        held = Customer(pk=held.merged_into_id)
    if held is None:
        raise CustomerMissing
    return held


@transaction.atomic
def write_note(*, customer: Customer, text: str, staff: Staff) -> Note:
    """Raises TextMissing, TextTooLong."""
    note = Note.objects.create(
        customer=_hold(customer), author=staff, text=_check_text(text), created_at=clock.now()
    )
    record_change(staff=staff, deed="write_note", subject=_name(note), after={"letters": len(note.text)})
    _tell(note, "Note Written", {"note": str(note.uuid)})
    return note


@transaction.atomic
def edit_note(*, note: Note, text: str, staff: Staff) -> Note:
    """Raises NotYours, TextMissing, TextTooLong, NoteMissing."""
    note = _lock(note, staff)
    text, before = _check_text(text), len(note.text)
    if text == note.text:
        return note
    note.text, note.edited_at, note.edited_by = text, clock.now(), staff
    note.save(update_fields=["text", "edited_at", "edited_by"])
    record_change(
        staff=staff,
        deed="edit_note",
        subject=_name(note),
        before={"letters": before},
        after={"letters": len(text)},
    )
    return note


def _check_text(given: str) -> str:
    return _fit(read_text(given), NOTE_LETTERS_MAX)


def _fit(text: str, limit: int) -> str:
    if not text:
        raise TextMissing
    if len(text) > limit:
        raise TextTooLong(limit=f"{limit:,}")
    return text


@transaction.atomic
def add_task(*, customer: Customer, what: str, due_on: date, assignee: Staff, staff: Staff) -> Task:
    """Raises TextMissing, TextTooLong, DayImplausible, AssigneeUnfit."""
    task = Task(customer=_hold(customer), author=staff, created_at=clock.now())
    _set_task(task, what=what, due_on=due_on, assignee=assignee)
    task.save()
    record_change(staff=staff, deed="add_task", subject=_name(task), after=_public_face(task))
    _tell(task, "Task Set", {"task": str(task.uuid)})
    return task


@transaction.atomic
def change_task(*, task: Task, what: str, due_on: date, assignee: Staff, staff: Staff) -> Task:
    """Raises NotYours, TextMissing, TextTooLong, DayImplausible, AssigneeUnfit, TaskMissing."""
    task = _lock(task, staff)
    before, said = _public_face(task), task.what
    _set_task(task, what=what, due_on=due_on, assignee=assignee)
    task.save(update_fields=["what", "due_on", "assignee"])
    after = _public_face(task)
    if after != before or task.what != said:
        record_change(staff=staff, deed="change_task", subject=_name(task), before=before, after=after)
    return task


def _set_task(task: Task, *, what: str, due_on: date, assignee: Staff) -> None:
    """What already stands may stay: a day that has passed meanwhile, somebody who has left."""
    task.what = _fit(read_line(what), WHAT_LETTERS_MAX)
    if due_on != task.due_on:
        first, last = get_due_range(clock.today(get_business().zone))
        if not first <= due_on <= last:
            raise DayImplausible(first=first.isoformat(), last=last.isoformat())
    if assignee.pk != task.assignee_id and not list_assignees(task.customer).filter(pk=assignee.pk).exists():
        raise AssigneeUnfit
    task.due_on, task.assignee = due_on, assignee


@transaction.atomic
def set_done(*, task: Task, is_done: bool, staff: Staff) -> Task:
    """Done, or open again; anybody who sees the customer may say so. Raises TaskMissing."""
    task = _lock(task, None)
    if bool(task.done_at) == is_done:
        return task
    task.done_at, task.done_by = (clock.now(), staff) if is_done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
    record_change(staff=staff, deed="complete_task" if is_done else "reopen_task", subject=_name(task))
    _tell(task, "Task Completed" if is_done else "Task Reopened", {"task": str(task.uuid)})
    return task


def attach_file(*, customer: Customer, chunks: Iterable[bytes], name: str, staff: Staff) -> Attachment:
    """Keeps a file under a random name. Nothing stays on the disk of one that is refused.

    Raises AttachmentEmpty, AttachmentTooLarge, AttachmentKindRefused, AttachmentMixed, AttachmentDamaged, DiskFailed.
    """
    stored_as = secrets.token_hex(32)
    path = get_path(stored_as)
    try:
        size = _store(path, chunks)
        with path.open("rb") as content:
            kind = find_kind(content)
        kept = Attachment(kind=kind, bytes=size, stored_as=stored_as, author=staff, created_at=clock.now())
        kept.name = read_file_name(name, KINDS[kind].endings)
        return _save_attachment(kept, customer, staff)
    except BaseException as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise DiskFailed from error
        raise


def _store(path: Path, chunks: Iterable[bytes]) -> int:
    """On the disk for good before the row says so."""
    limit = settings.ATTACHMENT_BYTES_MAX
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise AttachmentTooLarge(limit_mb=limit // 1024**2)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if not size:
        raise AttachmentEmpty
    return size


@transaction.atomic
def _save_attachment(attachment: Attachment, customer: Customer, staff: Staff) -> Attachment:
    attachment.customer = _hold(customer)
    attachment.save()
    after = {"kind": attachment.kind, "bytes": attachment.bytes}
    record_change(staff=staff, deed="attach_file", subject=_name(attachment), after=after)
    _tell(attachment, "File Attached", {"file": str(attachment.uuid)})
    return attachment


@transaction.atomic
def delete_kept(*, one: K, staff: Staff) -> K:
    """A note, task or file, to be brought back within KEPT_DAYS. Raises NotYours and its own error where it is gone."""
    one = _lock(one, staff)
    one.deleted_at, one.deleted_by = clock.now(), staff
    one.save(update_fields=["deleted_at", "deleted_by"])
    record_change(staff=staff, deed=f"delete_{_DEED_NAMES[type(one)]}", subject=_name(one))
    return one


@transaction.atomic
def restore_kept(*, one: K, staff: Staff) -> K:
    """Raises as delete_kept does."""
    one = _lock(one, staff, is_deleted=True)
    one.deleted_at = one.deleted_by = None
    one.save(update_fields=["deleted_at", "deleted_by"])
    record_change(staff=staff, deed=f"restore_{_DEED_NAMES[type(one)]}", subject=_name(one))
    return one


_DEED_NAMES: dict[type[Kept], str] = {Note: "note", Task: "task", Attachment: "file"}
_MISSING: dict[type[Kept], type[WafaaError]] = {
    Note: NoteMissing,
    Task: TaskMissing,
    Attachment: AttachmentMissing,
}


def _lock(one: K, staff: Staff | None, *, is_deleted: bool = False) -> K:
    """The row as it is now, locked; `staff` must be allowed to change it."""
    kind = type(one)
    rows: Any = kind._default_manager.select_for_update(of=("self",)).select_related("customer")
    found: K | None = rows.filter(pk=one.pk, deleted_at__isnull=not is_deleted).first()
    if found is None:
        raise _MISSING[kind]
    if staff is not None and not found.may_be_changed_by(staff):
        raise NotYours
    return found


def _count(customer_id: int) -> dict[str, int]:
    return {
        name: kind._default_manager.filter(customer_id=customer_id, deleted_at__isnull=True).count()
        for name, kind in _LISTS.items()
    }


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    """Everything of one customer to another; what is deleted goes along."""
    moved = {}
    for name, kind in _LISTS.items():
        rows: Any = kind._default_manager.filter(customer_id=gone)
        moved[name] = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
        kind._default_manager.filter(pk__in=moved[name]).update(customer_id=kept)
    return moved


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    for name, kind in _LISTS.items():
        rows: Any = kind._default_manager.filter(pk__in=moved[name], customer_id=kept)
        rows.update(customer_id=gone)


_LISTS: dict[str, type[Kept]] = {"notes": Note, "tasks": Task, "attachments": Attachment}
# How notes, tasks and files follow a customer who is merged into another.
NOTES_FOLLOW = Mover(name="notes", count=_count, move=_move, give_back=_give_back)


def purge_deleted() -> int:
    """Ends what was deleted KEPT_DAYS ago, contents on the disk included, and files that no row knows.

    Returns how many rows and files went.
    """
    before = clock.now() - timedelta(days=KEPT_DAYS)
    count = 0
    for kind in _LISTS.values():
        while rows := list(kind._default_manager.filter(deleted_at__lt=before)[:PURGED_AT_ONCE]):
            for one in rows:
                if isinstance(one, Attachment):
                    get_path(one.stored_as).unlink(missing_ok=True)
            kind._default_manager.filter(pk__in=[one.pk for one in rows]).delete()
            count += len(rows)
    return count + _remove_orphans()


def _remove_orphans() -> int:
    count = 0
    now = clock.now().timestamp()
    for folder in sorted(get_folder().glob("??")):
        stored = {path.name: path for path in folder.iterdir()}
        known = Attachment.objects.filter(stored_as__in=stored).values_list("stored_as", flat=True)
        for name in stored.keys() - set(known):
            with suppress(FileNotFoundError):
                if now - stored[name].stat().st_mtime > ORPHAN_S:
                    stored[name].unlink()
                    count += 1
    return count


def _name(one: Kept) -> str:
    """The customer's number, or the id of their page: no name, for the trail outlasts the customer."""
    return one.customer.external_id or str(one.customer.uuid)


def _public_face(task: Task) -> dict[str, Any]:
    return {"due_on": task.due_on.isoformat(), "assignee": task.assignee.email if task.assignee else ""}


def _tell(one: Kept, name: str, properties: dict[str, str]) -> None:
    """The act as an event of the customer; it names the note, whose text it doesn't hold."""
    ids = list_distinct_ids([one.customer_id])[one.customer_id]
    if not ids:  # merged away meanwhile
        return
    record_event(
        event=NewEvent(
            message_id=uuid.uuid4(),
            type="track",
            name=name,
            distinct_id=ids[0],
            occurred_at=clock.now(),
            properties=properties,
            source=SOURCE,
        )
    )
