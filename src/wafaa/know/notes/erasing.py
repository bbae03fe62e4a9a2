"""Taking what staff kept about one customer out, files on the disk included; and handing it out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from wafaa.know.notes.models import Attachment, Note, Task
from wafaa.know.notes.queries import get_path


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Notes, tasks and files, deleted ones too. Contents go before their rows: cut off in between, it is done again.

    Returns what -> how many rows.
    """
    files = list(Attachment.objects.filter(customer=customer_id))
    for one in files:
        get_path(one.stored_as).unlink(missing_ok=True)
    return {
        "notes": Note.objects.filter(customer=customer_id).delete()[0],
        "tasks": Task.objects.filter(customer=customer_id).delete()[0],
        "files": Attachment.objects.filter(pk__in=[one.pk for one in files]).delete()[0],
    }


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """All that stands, as plain values."""
    found: dict[str, tuple[Any, tuple[str, ...]]] = {
        "notes": (Note, ("created_at", "text", "edited_at")),
        "tasks": (Task, ("created_at", "what", "due_on", "done_at")),
        "files": (Attachment, ("uuid", "created_at", "name", "kind", "bytes")),
    }
    return {
        name: list(kind.objects.filter(customer=customer_id, deleted_at=None).order_by("id").values(*fields))
        for name, (kind, fields) in found.items()
    }


def list_files(customer_id: int) -> list[tuple[str, Path]]:
    """(name, where it lies) of the customer's files."""
    found = Attachment.objects.filter(customer=customer_id, deleted_at=None).order_by("id")
    return [(one.name, get_path(one.stored_as)) for one in found]
