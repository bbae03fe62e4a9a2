"""Finding notes, tasks and files, as far as somebody may see their customers."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wafaa.access.staff.models import Staff
from wafaa.access.staff.queries import list_staff
from wafaa.access.staff.rules import Capability, Role, capabilities_of
from wafaa.know.customers.models import Customer
from wafaa.know.notes.errors import AttachmentMissing, NoteMissing, TaskMissing
from wafaa.know.notes.models import Attachment, K, Note, Task
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import get_store_scope, is_visible

When = Literal["overdue", "today", "later", "done", ""]  # "" is everything that is open


@dataclass(frozen=True, kw_only=True)
class TaskCounts:
    """How many open tasks there are of each urgency."""

    overdue: int
    today: int
    later: int


def get_note(note_uuid: uuid.UUID, staff: Staff, *, is_deleted: bool = False) -> Note:
    """Raises NoteMissing, also for one that this person may not see."""
    note = _find(Note.objects.filter(uuid=note_uuid), staff, is_deleted)
    if note is None:
        raise NoteMissing
    return note


def get_task(task_uuid: uuid.UUID, staff: Staff, *, is_deleted: bool = False) -> Task:
    """Raises TaskMissing, also for one that this person may not see."""
    task = _find(Task.objects.filter(uuid=task_uuid), staff, is_deleted)
    if task is None:
        raise TaskMissing
    return task


def get_attachment(attachment_uuid: uuid.UUID, staff: Staff, *, is_deleted: bool = False) -> Attachment:
    """Raises AttachmentMissing, also for one that this person may not see."""
    attachment = _find(Attachment.objects.filter(uuid=attachment_uuid), staff, is_deleted)
    if attachment is None:
        raise AttachmentMissing
    return attachment


def _find(found: QuerySet[K], staff: Staff, is_deleted: bool) -> K | None:
    one = found.filter(deleted_at__isnull=not is_deleted).select_related("customer", "author").first()
    if one is None or not staff.may(Capability.SEE_PERSONAL):
        return None
    return one if is_visible(one.customer, get_store_scope(staff)) else None


def list_notes(customer: Customer) -> QuerySet[Note]:
    """The customer's notes, newest first."""
    return _list(Note.objects.filter(customer=customer)).select_related("author", "edited_by")


def list_attachments(customer: Customer) -> QuerySet[Attachment]:
    """The customer's files, newest first."""
    return _list(Attachment.objects.filter(customer=customer)).select_related("author")


def _list(found: QuerySet[K]) -> QuerySet[K]:
    return found.filter(deleted_at__isnull=True).order_by("-created_at", "-id")


def list_open_tasks(customer: Customer) -> QuerySet[Task]:
    """The customer's tasks that are not done, the most urgent first."""
    return _open_tasks().filter(customer=customer).select_related("author", "assignee")


def list_done_tasks(customer: Customer) -> QuerySet[Task]:
    """The customer's tasks that are done, the last one first."""
    return _done_tasks().filter(customer=customer).select_related("assignee", "done_by")


def list_deleted(found: type[K], customer: Customer, staff: Staff) -> list[K]:
    """What this person may bring back, the last one first."""
    rows: Any = found._default_manager.filter(customer=customer, deleted_at__isnull=False)
    return [one for one in rows.order_by("-deleted_at", "-id")[:50] if one.may_be_changed_by(staff)]


def _open_tasks() -> QuerySet[Task]:
    return Task.objects.filter(deleted_at__isnull=True, done_at__isnull=True).order_by("due_on", "id")


def _done_tasks() -> QuerySet[Task]:
    return Task.objects.filter(deleted_at__isnull=True, done_at__isnull=False).order_by("-done_at", "-id")


def list_tasks(staff: Staff, *, mine: bool, when: When, today: date) -> QuerySet[Task]:
    """The tasks that somebody may see, with their customers; open ones by urgency, done ones latest first."""
    found = _done_tasks() if when == "done" else _open_tasks()
    if when in _BY_DAY:
        found = found.filter(**{_BY_DAY[when]: today})
    return _narrow(found, staff, mine).select_related("customer", "assignee", "author")


_BY_DAY = {"overdue": "due_on__lt", "today": "due_on", "later": "due_on__gt"}


def count_tasks(staff: Staff, *, mine: bool, today: date) -> TaskCounts:
    """The open tasks that somebody may see, by urgency."""
    found = _narrow(_open_tasks().order_by(), staff, mine)
    counts = {name: Count("pk", filter=Q(**{day: today})) for name, day in _BY_DAY.items()}
    return TaskCounts(**found.aggregate(**counts))


def count_due(staff: Staff, today: date) -> int:
    """How many of somebody's own tasks are due today or were before."""
    return _narrow(_open_tasks().order_by(), staff, mine=True).filter(due_on__lte=today).count()


def _narrow(found: QuerySet[Task], staff: Staff, mine: bool) -> QuerySet[Task]:
    stores = get_store_scope(staff)
    if stores is not None:
        at_stores = Order.objects.filter(customer=OuterRef("customer"), store_id__in=stores)
        found = found.filter(Exists(at_stores))
    return found.filter(assignee=staff) if mine else found


def list_assignees(customer: Customer) -> QuerySet[Staff]:
    """Those who may see the customer, by name."""
    able = [role for role in Role if Capability.SEE_PERSONAL in capabilities_of(role)]
    everywhere = [role for role in able if Capability.SEE_ALL_STORES in capabilities_of(role)]
    stores = Order.objects.filter(customer=customer, store__isnull=False).values("store_id")
    at_stores = Q(role__in=able, pk__in=list_staff().filter(stores__in=stores).order_by().values("pk"))
    return list_staff().filter(Q(role__in=everywhere) | at_stores, is_active=True)


def find_notes(uuids: Collection[uuid.UUID]) -> dict[uuid.UUID, Note]:
    """Those of the notes that are not deleted."""
    return _by_uuid(Note.objects.all(), uuids)


def find_tasks(uuids: Collection[uuid.UUID]) -> dict[uuid.UUID, Task]:
    """Those of the tasks that are not deleted."""
    return _by_uuid(Task.objects.all(), uuids)


def find_attachments(uuids: Collection[uuid.UUID]) -> dict[uuid.UUID, Attachment]:
    """Those of the files that are not deleted."""
    return _by_uuid(Attachment.objects.all(), uuids)


def _by_uuid(found: QuerySet[K], uuids: Collection[uuid.UUID]) -> dict[uuid.UUID, K]:
    return {one.uuid: one for one in found.filter(uuid__in=uuids, deleted_at__isnull=True)} if uuids else {}


def get_folder() -> Path:
    """Where the contents of files lie."""
    return Path(settings.FILES_ROOT) / "attachments"


def get_path(stored_as: str) -> Path:
    return get_folder() / stored_as[:2] / stored_as
