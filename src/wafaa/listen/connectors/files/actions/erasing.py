"""Taking one person out of what imports keep: uploads that wait, lists of problems, previews, fingerprints."""

import csv
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from wafaa.kit import remote
from wafaa.listen.connectors.files.actions.steps import PATIENCE_S, cancel_import
from wafaa.listen.connectors.files.errors import ImportIsPast
from wafaa.listen.connectors.files.models import Import, Told
from wafaa.listen.connectors.files.queries import (
    TOLD_KINDS,
    digest_told,
    get_folder,
    get_options,
    list_problems,
)

NamesPerson = Callable[[str], bool]


def erase_person(
    *,
    distinct_ids: Sequence[str],
    imports: Collection[str],
    sources: Collection[str],
    names_person: NamesPerson,
    words: Sequence[str],
    cells: Sequence[str],
) -> dict[str, int]:
    """`imports` are those whose files told of the person; `words` stand somewhere in a cell, `cells` are whole ones. Returns
    what -> how many.

    An upload that is not published yet and names the person goes as a whole, for it is kept as it came: whoever brought it
    brings it again. What was told before may be told again, so its fingerprints go.
    """
    cancelled = problems = 0
    for imported in Import.objects.all():
        if imported.is_before_publishing:
            cancelled += _is_named(imported, words, cells) and _cancel(imported)
        else:
            problems += _clean_problems(imported, str(imported.uuid) in imports, names_person)
        _clean_row(imported, str(imported.uuid) in imports, names_person)
    kept = {*sources, "file", *(get_options(one).source for one in Import.objects.all())}
    keys = [
        digest_told(kind, source, distinct_id)
        for kind in TOLD_KINDS
        for source in kept
        for distinct_id in distinct_ids
    ]
    Told.objects.filter(key__in=keys).delete()
    return {"uploads": cancelled, "problem_lines": problems}


def _is_named(imported: Import, words: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether the upload, as it was read, names the person; of one that nobody has read yet nobody knows, so it does."""
    if not settings.ANALYST_SOCKET:
        import wafaa.listen.connectors.files.engine  # noqa: F401  (registers the functions in this process)
    question = {"folder": str(get_folder(imported)), "words": list(words), "cells": list(cells)}
    return bool(remote.call("files.mentions", question, timeout_s=PATIENCE_S))


def _cancel(imported: Import) -> int:
    try:
        cancel_import(import_uuid=imported.uuid)
    except ImportIsPast:  # published meanwhile, or ended
        return 0
    return 1


def _clean_problems(imported: Import, told: bool, names_person: NamesPerson) -> int:
    """Of a file that told of the person nobody can say which problems are theirs: its list goes as a whole."""
    path = get_folder(imported) / "problems.csv"
    if not path.is_file():
        return 0
    lines = list(list_problems(imported))
    kept = [] if told else [line for line in lines if not names_person(line[3])]
    if len(kept) < len(lines):
        _rewrite(path, kept)
    return len(lines) - len(kept)


def _rewrite(path: Path, lines: Sequence[Sequence[Any]]) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    with draft.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    draft.replace(path)


def _clean_row(imported: Import, told: bool, names_person: NamesPerson) -> None:
    """Previews and examples are of no use once a file is published; of another file only those that name the person go."""
    imported.refresh_from_db(fields=["guess", "error_facts", "file_name"])
    changed = []
    for field in ("guess", "error_facts"):
        value = getattr(imported, field)
        if value and (told or names_person(msgspec.json.encode(value).decode())):
            setattr(imported, field, _without_cells(value) if field == "guess" else {})
            changed.append(field)
    if names_person(imported.file_name):
        imported.file_name = "–"
        changed.append("file_name")
    if changed:
        imported.save(update_fields=changed)


def _without_cells(guess: dict[str, Any]) -> dict[str, Any]:
    """What the page needs of a file that is over: its columns, without a value of any row."""
    kept = {**guess, "preview": []}
    if "understanding" in kept:
        columns = [{**column, "examples": []} for column in kept["understanding"].get("columns", [])]
        kept["understanding"] = {**kept["understanding"], "columns": columns, "ambiguous_example": ""}
    return kept
