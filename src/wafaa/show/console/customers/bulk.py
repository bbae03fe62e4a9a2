"""Carrying out a change of many customers: in the request where they are few, else by the worker, chunk by chunk."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.know.customers.actions import change_chunk, start_bulk_edit, start_undo, undo_chunk
from wafaa.know.customers.actions.bulk import CHUNK
from wafaa.know.customers.models import BulkEdit, Customer
from wafaa.know.customers.queries import get_bulk_edit
from wafaa.know.customers.rules import BulkState, Deed
from wafaa.show.console.customers.looking import look_for

# So many are changed while the person waits: well under a second.
AT_ONCE_MAX = 1_000
JOB = "wafaa.show.console.tasks.change_many"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Whom a bulk edit means: `as_json` is kept with it, with what the filter meant when the person saw the number."""

    found: QuerySet[Customer]
    as_json: dict[str, Any]


def find_chosen(chosen: dict[str, Any], staff: Staff) -> Chosen:
    """The customers whom a bulk edit means, as far as the person may see them: ticked ones, or all that a filter finds.

    Nobody where the filter means something else than it meant at first.
    """
    looked = look_for(QueryDict(chosen.get("asked", "")), staff, get_business())
    meant = chosen.get("meant") or looked.meaning
    found = looked.found if meant == looked.meaning else looked.found.none()
    if "ids" in chosen:
        found = found.filter(uuid__in=chosen["ids"])
    return Chosen(found=found, as_json={**chosen, "meant": meant})


def start(*, deed: Deed, what: dict[str, Any], chosen: dict[str, Any], staff: Staff) -> BulkEdit:
    """Starts and, where they are few, finishes."""
    meant = find_chosen(chosen, staff)
    total = meant.found.order_by().count()
    with transaction.atomic():
        edit = start_bulk_edit(deed=deed, what=what, chosen=meant.as_json, total=total, by=staff)
        _queue(edit)
    return finish(edit.uuid) if total <= AT_ONCE_MAX else edit


def undo(edit: BulkEdit, staff: Staff) -> BulkEdit:
    with transaction.atomic():
        undoing = start_undo(edit_id=edit.pk, by=staff)
        _queue(undoing)
    return finish(edit.uuid) if edit.done <= AT_ONCE_MAX else undoing


def _queue(edit: BulkEdit) -> None:
    """Few customers too: of what a killed process leaves undone the worker does the rest."""
    job = app.configure_task(JOB, queueing_lock=f"customers.change_many.{edit.uuid}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(edit_uuid=str(edit.uuid))


def finish(edit_uuid: uuid.UUID) -> BulkEdit:
    """Chunk by chunk to the end; begun anew after a kill, it goes on behind the last chunk."""
    edit = get_bulk_edit(edit_uuid)
    while edit.state == BulkState.UNDOING:
        edit = undo_chunk(edit_id=edit.pk)
    while edit.state == BulkState.RUNNING:
        edit = change_chunk(edit_id=edit.pk, ids=_list_next(edit))
    return edit


def _list_next(edit: BulkEdit) -> list[int]:
    """The next of those who are meant. Without the person who asked nobody is: their eyes decided who."""
    if edit.staff is None:
        return []
    found = find_chosen(edit.chosen, edit.staff).found.filter(pk__gt=edit.last_id)
    return list(found.order_by("pk").values_list("pk", flat=True)[:CHUNK])
