"""From an upload to what is ready to be published; nothing outside this room changes here."""

import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock, remote
from wafaa.listen.connectors.files.errors import (
    DemoAnswerMissing,
    FileEmpty,
    FileMissing,
    FileTooLarge,
    ImportFailed,
    ImportIsPast,
)
from wafaa.listen.connectors.files.models import BEFORE_PUBLISHING, OVER, Import, RememberedMapping
from wafaa.listen.connectors.files.queries import (
    find_error,
    find_remembered,
    fingerprint_headings,
    get_default_options,
    get_folder,
    get_import,
    get_upload,
)
from wafaa.listen.connectors.files.rules import Kind, Options, Understanding
from wafaa.listen.connectors.files.rules import Mapping as Columns

# Fifty million lines take minutes; the analyst tells of its progress meanwhile.
PATIENCE_S = 3 * 3600.0
COPY_BYTES = 1 << 20
# What nobody went on with is dropped; problem lists stay long enough to be worked through.
IDLE_DAYS = 7
PROBLEMS_DAYS = 30

State = Import.State
# step ("reading" | "staging" | "publishing"), done, total
OnStep = Callable[[str, int, int], None]


def receive_file(
    *, chunks: Iterable[bytes], name: str, staff: Staff | None = None, starts: bool = True, kind: str = ""
) -> Import:
    """Streams an upload into the import's folder and asks the worker to read it. Raises FileTooLarge, FileEmpty.

    `kind` says what it is a list of (orders, customers, products); "" is guessed.
    """
    now = clock.now()
    # a name of the command line may hold bytes that are no letters
    readable = name.encode("utf-8", errors="replace").decode()
    imported = Import(
        staff=staff, file_name=Path(readable).name[-255:] or "file", created_at=now, changed_at=now
    )
    folder = get_folder(imported)
    folder.mkdir(parents=True)
    digest, size = hashlib.sha256(), 0
    try:
        with get_upload(imported).open("wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.UPLOAD_BYTES_MAX:
                    raise FileTooLarge(limit_mb=settings.UPLOAD_BYTES_MAX // 1024**2)
                digest.update(chunk)
                target.write(chunk)
        if not size:
            raise FileEmpty
        imported.options = {"kind": kind} if kind else {}
        imported.size_bytes, imported.sha256 = size, digest.hexdigest()
        with transaction.atomic():
            imported.save()
            if staff is not None:
                record_change(staff=staff, deed="upload_file", subject=imported.file_name)
            if starts:
                request(imported, "read")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return imported


def request(imported: Import, step: str) -> None:
    """Asks the worker for a step; asking twice is asking once."""
    job = app.configure_task(
        f"wafaa.listen.connectors.files.tasks.{step}", queueing_lock=f"files.{step}.{imported.uuid}"
    )
    try:
        with transaction.atomic():
            job.defer(import_uuid=str(imported.uuid))
    except AlreadyEnqueued:
        return


def read_import(*, import_uuid: uuid.UUID) -> Import:
    """Reads and understands the uploaded file; what was answered before for these headings is taken over.

    Safe to repeat: a reading that was cut off begins anew. A file that cannot be read ends as failed, with the reason.
    """
    imported = get_import(import_uuid)
    if not _move(imported, State.READING, {State.UPLOADED, State.READING}):
        return imported
    asked = replace(get_default_options(), kind=imported.options.get("kind", ""))
    answer = _ask("files.read", imported, {"options": asdict(asked)})
    if answer is None:
        return imported
    understanding = msgspec.convert(answer["understanding"], Understanding)
    remembered = find_remembered([column.header for column in understanding.columns])
    if remembered and not asked.kind and _kind_of(remembered[1]) != understanding.options.kind:
        # somebody said of such a file that it is a list of something else
        answer = _ask(
            "files.read", imported, {"options": asdict(replace(asked, kind=_kind_of(remembered[1])))}
        )
        if answer is None:
            return imported
        understanding = msgspec.convert(answer["understanding"], Understanding)
    mapping, settled = understanding.mapping, understanding.options
    if remembered and _kind_of(remembered[1]) == settled.kind:
        mapping, settled = remembered[0], _recall(settled, remembered[1])
    imported.mapping = mapping
    imported.options = asdict(replace(settled, currency=settled.currency or get_business().currency))
    imported.guess = msgspec.to_builtins(answer)
    _move(imported, State.WAITING, {State.READING}, "guess", "mapping", "options")
    return imported


def choose_kind(*, import_uuid: uuid.UUID, kind: Kind) -> Import:
    """Says what the file is a list of; its columns are then guessed anew. Raises ImportIsPast."""
    imported = get_import(import_uuid)
    imported.options, imported.counts = {"kind": kind}, {}
    with transaction.atomic():
        if not _move(imported, State.UPLOADED, {State.WAITING, State.READY}, "options", "counts"):
            raise ImportIsPast
        request(imported, "read")
    return imported


def answer_import(*, import_uuid: uuid.UUID, mapping: Columns, options: Options) -> Import:
    """Takes the mapping and the answers and asks the worker to check the file with them. Raises ImportIsPast."""
    imported = get_import(import_uuid)
    imported.mapping, imported.options = dict(mapping), asdict(options)
    with transaction.atomic():
        if not _move(imported, State.STAGING, {State.WAITING, State.READY}, "mapping", "options"):
            raise ImportIsPast
        request(imported, "stage")
    return imported


def stage_import(*, import_uuid: uuid.UUID) -> Import:
    """Types, checks and counts every line with the given mapping. Safe to repeat; nothing is published by it.

    What has to be answered first (an ambiguous date, a missing column) leads back to waiting, with the reason.
    """
    imported = get_import(import_uuid)
    if not _move(imported, State.STAGING, {State.STAGING}):
        return imported
    question = {"mapping": imported.mapping, "options": imported.options, "namespace": str(imported.uuid)}
    answer = _ask("files.stage", imported, question, goes_back=True)
    if answer is None:
        return imported
    imported.counts = answer["counts"]
    imported.options = answer["understanding"]["options"]
    _move(imported, State.READY, {State.STAGING}, "counts", "options")
    return imported


def request_publishing(
    *, import_uuid: uuid.UUID, replaces_demo: bool | None = None, staff: Staff | None = None
) -> Import:
    """The user's word: remembers mapping and answers for these headings and asks the worker to publish.

    Raises ImportIsPast, and DemoAnswerMissing while the console shows the demo shop that this file does not replace.
    """
    imported = get_import(import_uuid)
    if imported.state != State.READY:
        raise ImportIsPast
    if get_business().shows_demo and not replaces_demo:
        raise DemoAnswerMissing
    with transaction.atomic():
        imported.options = {**imported.options, "replaces_demo": replaces_demo}
        if not _move(imported, State.QUEUED, {State.READY}, "options"):
            raise ImportIsPast
        remember(imported)
        if staff is not None:
            record_change(
                staff=staff, deed="publish_import", subject=imported.file_name, after=imported.counts
            )
        request(imported, "publish")
    return imported


def remember(imported: Import) -> None:
    """The answers for the next file with the same headings."""
    columns = imported.guess["understanding"]["columns"]
    RememberedMapping.objects.update_or_create(
        headings=fingerprint_headings([column["header"] for column in columns]),
        defaults={"mapping": imported.mapping, "options": imported.options, "used_at": clock.now()},
    )


def cancel_import(*, import_uuid: uuid.UUID, staff: Staff | None = None) -> Import:
    """Ends an import before anything of it was published, and removes its files. Raises ImportIsPast."""
    imported = get_import(import_uuid)
    folder = get_folder(imported)
    with transaction.atomic():
        if not _move(imported, State.CANCELLED, set(BEFORE_PUBLISHING)):
            raise ImportIsPast
        if staff is not None:
            record_change(staff=staff, deed="cancel_import", subject=imported.file_name)
    if folder.is_dir():
        (folder / "cancel").touch()  # whoever still works in the folder sees it and stops
    _drop_files(folder, keep=("cancel",))
    return imported


def import_file(
    path: Path,
    *,
    options: Options | None = None,
    columns: Mapping[str, str] | None = None,
    on_step: OnStep | None = None,
    drain: Callable[[], object] | None = None,
) -> Import:
    """Takes a file in from beginning to end in this process, for the command line; returns the published import.

    `columns` as in prepare_file. `drain` applies waiting events; without it a worker must be running. What has to be
    answered is raised as an error (DatesAmbiguous, ColumnMissing, DemoAnswerMissing); then nothing was changed.
    """
    from wafaa.listen.connectors.files.actions.publishing import publish_import
    from wafaa.listen.connectors.files.rules import Reading
    from wafaa.listen.connectors.files.understanding import resolve_mapping

    if not path.is_file():
        raise FileMissing(name=path.name)
    tell = on_step or (lambda step, done, total: None)
    asked = options or get_default_options()
    if get_business().shows_demo and not asked.replaces_demo:
        raise DemoAnswerMissing
    imported = receive_file(chunks=_chunks_of(path), name=path.name, starts=False, kind=asked.kind)
    try:
        tell("reading", 0, 1)
        imported = read_import(import_uuid=imported.uuid)
        _raise_stop(imported)
        guessed = msgspec.convert(imported.options, Options)
        imported.options = asdict(_merge(asked, guessed))
        if columns:
            reading = msgspec.convert(imported.guess["reading"], Reading)
            named = {field: name for field, name in columns.items() if name}
            given = resolve_mapping(reading, named, guessed.kind or "orders")
            kept = {f: p for f, p in imported.mapping.items() if f not in columns and p not in given.values()}
            imported.mapping = kept | given
        tell("staging", 0, 1)
        _move(imported, State.STAGING, {State.WAITING}, "mapping", "options")
        imported = stage_import(import_uuid=imported.uuid)
        _raise_stop(imported)
    except BaseException:
        _move(imported, State.CANCELLED, set(BEFORE_PUBLISHING))
        _drop_files(get_folder(imported))
        raise
    remember(imported)
    return publish_import(
        import_uuid=imported.uuid,
        on_progress=lambda done, total: tell("publishing", done, total),
        drain=drain,
    )


def clean_files() -> int:
    """Cancels what nobody went on with and removes files that are not needed any more. Returns how many folders went."""
    now = clock.now()
    idle = Import.objects.filter(
        state__in=(State.WAITING, State.READY), changed_at__lt=now - timedelta(days=IDLE_DAYS)
    )
    for imported in idle:
        cancel_import(import_uuid=imported.uuid)
    root = Path(settings.FILES_ROOT) / "imports"
    kept = {
        str(imported.uuid)
        for imported in Import.objects.exclude(
            state__in=OVER, changed_at__lt=now - timedelta(days=PROBLEMS_DAYS)
        )
    }
    removed = 0
    for folder in root.iterdir() if root.is_dir() else ():
        # an upload's folder is there before its row is
        is_young = now.timestamp() - folder.stat().st_mtime < timedelta(days=1).total_seconds()
        if folder.name not in kept and not is_young:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def keep_problems_only(imported: Import) -> None:
    """After publishing: the list of problems is all that is still asked for."""
    _drop_files(get_folder(imported), keep=("problems.csv",))


def _drop_files(folder: Path, *, keep: tuple[str, ...] = ()) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in keep:
            path.unlink(missing_ok=True)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)


def _move(imported: Import, state: str, sources: set[str], *fields: str) -> bool:
    """One step of the state, only from `sources`: of two who try, one succeeds. Clears an earlier error."""
    now = clock.now()
    values: dict[str, Any] = {field: getattr(imported, field) for field in fields}
    moved = Import.objects.filter(uuid=imported.uuid, state__in=sources).update(
        state=state, changed_at=now, **{"error": "", "error_facts": {}, **values}
    )
    if moved:
        imported.state, imported.changed_at = state, now
        if not {"error", "error_facts"} & set(fields):
            imported.error, imported.error_facts = "", {}
    return bool(moved)


def _ask(
    name: str, imported: Import, argument: dict[str, Any], *, goes_back: bool = False
) -> dict[str, Any] | None:
    """The analyst's answer; None when the file is at fault, which then stands in the import."""
    if not settings.ANALYST_SOCKET:
        import wafaa.listen.connectors.files.engine  # noqa: F401  (registers the functions in this process)
    step = imported.state
    folder = get_folder(imported)
    (folder / "progress").unlink(missing_ok=True)
    try:
        answer: dict[str, Any] = remote.call(name, {"folder": str(folder), **argument}, timeout_s=PATIENCE_S)
    except remote.AnalystFailed:
        answer = {"error": ImportFailed.code, "facts": {}}
    if "error" not in answer:
        return answer
    imported.error, imported.error_facts = answer["error"], answer["facts"]
    is_answerable = goes_back and answer["error"] != ImportFailed.code
    _move(imported, State.WAITING if is_answerable else State.FAILED, {step}, "error", "error_facts")
    if imported.state == State.FAILED:
        _drop_files(folder)
    return None


def _raise_stop(imported: Import) -> None:
    if error := find_error(imported):
        raise error


def _kind_of(options: Options) -> Kind:
    """What was answered before there were other kinds was about orders."""
    return options.kind or "orders"


def _recall(guessed: Options, known: Options) -> Options:
    """What was answered before, where this file does not say it itself."""
    return replace(
        guessed,
        time_zone=known.time_zone,
        country=known.country,
        source=known.source,
        currency=guessed.currency or known.currency,
        day_first=known.day_first if guessed.day_first is None else guessed.day_first,
        refund_prefix=guessed.refund_prefix or known.refund_prefix,
    )


def _merge(asked: Options, guessed: Options) -> Options:
    """What was said on the command line over what the file says; nothing said is "" or None; no prefix is ""."""
    said = {
        key: value
        for key, value in asdict(asked).items()
        if value is not None and (value != "" or key == "refund_prefix")
    }
    return replace(guessed, **said)


def _chunks_of(path: Path) -> Iterable[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(COPY_BYTES):
            yield chunk
