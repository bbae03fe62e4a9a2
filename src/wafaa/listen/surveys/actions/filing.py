"""Keeping files that come as answers."""

import os
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from wafaa.kit import clock
from wafaa.listen.surveys.actions.saving import Saved, save_page
from wafaa.listen.surveys.models import Response, Upload
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules.files import FILE_BYTES_MAX, HEAD_BYTES, clean_name, find_kind


def is_welcome(file: UploadedFile[Any]) -> bool:
    """Of a kind that is taken, and not too large."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return file.size is not None and 0 < file.size <= FILE_BYTES_MAX and find_kind(head) is not None


def save_page_with_files(*, files: Mapping[str, UploadedFile[Any]], **page: Any) -> Saved:
    """As save_page, with the files by question; they stand on the disk before the rows that name them, or not at all."""
    if not files:
        return save_page(**page)
    is_anonymous = get_content(page["state"].version).anonymous
    folder = settings.FILES_ROOT / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows: list[Upload] = []
    with ExitStack() as undo:
        for key, file in files.items():
            kind = find_kind(file.read(HEAD_BYTES)) or "pdf"
            file.seek(0)
            path = folder / secrets.token_hex(16)
            undo.callback(path.unlink, missing_ok=True)
            path.write_bytes(file.read())
            rows.append(
                Upload(
                    question_key=key,
                    # a phone writes the second into the names of its pictures
                    name=clean_name("" if is_anonymous else file.name or "", kind),
                    kind=kind,
                    bytes=file.size or 0,
                    stored_as=path.name,
                    created_at=clock.now(),
                )
            )
        with transaction.atomic():
            saved = save_page(files={row.question_key: row.name for row in rows}, **page)
            _attach(saved.response, rows)
        undo.pop_all()
    return saved


def _attach(response_uuid: UUID, rows: list[Upload]) -> None:
    """A file that is sent again replaces the one before."""
    response = Response.objects.only("pk", "is_anonymous", "last_at").get(uuid=response_uuid)
    former = Upload.objects.filter(response=response, question_key__in=[row.question_key for row in rows])
    for stored in former.values_list("stored_as", flat=True):
        transaction.on_commit(partial((settings.FILES_ROOT / "answers" / stored).unlink, missing_ok=True))
    former.delete()
    for row in rows:
        row.response = response
        if response.is_anonymous:
            _blur(row, response.last_at)
    Upload.objects.bulk_create(rows)


def _blur(row: Upload, hour: datetime) -> None:
    """Neither the row nor the file tells more of the time than the anonymous response does."""
    row.uuid, row.created_at = uuid4(), hour
    os.utime(settings.FILES_ROOT / "answers" / row.stored_as, (hour.timestamp(), hour.timestamp()))
