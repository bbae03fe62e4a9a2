"""One person's data as a ZIP: a file of JSON per table, attached files, and a page to read in the person's language."""

import json
import re
import tempfile
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.notes.erasing import list_files
from wafaa.show.privacy.queries import choose_language, collect_person
from wafaa.show.privacy.words import say_table

# Beyond this the summary says how many more there are; the JSON holds all.
ROWS_SHOWN = 200
IN_MEMORY = 8 * 1024**2


def write_export(customer: Customer, *, business: str) -> IO[bytes]:
    """The ZIP, to be read from its beginning; nothing of it stays on the disk."""
    tables = collect_person(customer)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in tables.items():
            archive.writestr(
                f"{table}.json", json.dumps(rows, ensure_ascii=False, indent=1, default=_say_plain)
            )
        for place, (name, path) in enumerate(list_files(customer.pk), start=1):
            if path.is_file():
                archive.write(path, f"files/{place:03d}-{_make_name(name)}")
        language = choose_language(customer)
        with translation.override(language):
            archive.writestr("summary.html", _draw(customer, tables, business, language))
    file.seek(0)
    return file


def _draw(customer: Customer, tables: dict[str, Any], business: str, language: str) -> str:
    shown = [
        {
            "title": say_table(table),
            "file": f"{table}.json",
            "heads": list(rows[0]),
            "rows": [[_say(value) for value in row.values()] for row in rows[:ROWS_SHOWN]],
            "more": max(len(rows) - ROWS_SHOWN, 0),
        }
        for table, rows in tables.items()
    ]
    context = {
        "customer": customer,
        "tables": shown,
        "business": business,
        "language": language,
        "is_rtl": language == "ar",
        "at": clock.now(),
    }
    return render_to_string("privacy/summary.html", context)


def _say(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=_say_plain)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return "" if value is None else str(value)


def _say_plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID, Promise)):
        return str(value)
    raise TypeError(type(value).__name__)


def _make_name(name: str) -> str:
    """A file's name that no unpacker can take for a path."""
    return re.sub(r"[^\w.\- ]+", "_", name).lstrip(".")[:100] or "file"
