"""What a note, a task and the name of a file may be, and who may change them: pure."""

import re
import unicodedata
from datetime import date, timedelta

from wafaa.access.staff.rules import Role
from wafaa.kit.text import isolate

NOTE_LETTERS_MAX = 10_000  # some five pages; more is a document, which can be attached
WHAT_LETTERS_MAX = 300
NAME_LETTERS_MAX = 150
# What the database takes; the form is narrower, see get_due_range.
DUE_FIRST, DUE_LAST = date(1900, 1, 1), date(2200, 1, 1)
KEPT_DAYS = 30  # how long what was deleted can be brought back

# They turn the text around them, and serve to make "gpj.exe" look like a picture. Marks and isolates that
# phones put around names are harmless and stay in notes.
_TURNING = dict.fromkeys(range(0x202A, 0x202F))
_EVERY_MARK = dict.fromkeys((0x200E, 0x200F, 0x061C, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_MANAGERS = {Role.OWNER, Role.MANAGER}


def may_change(*, author_id: int | None, staff_id: int, role: str) -> bool:
    """Whoever wrote it, and managers of the whole shop."""
    return author_id == staff_id or role in _MANAGERS


def read_text(given: str) -> str:
    """The text without what can't be seen but does harm; line breaks stay."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").translate(_TURNING)
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc").strip()


def read_line(given: str) -> str:
    """The same on one line."""
    return " ".join(read_text(given).split())


def get_due_range(today: date) -> tuple[date, date]:
    """The days that a task may be due on, both included: a year back for what was forgotten, ten ahead."""
    return today - timedelta(days=366), today + timedelta(days=3660)


def read_file_name(given: str, endings: tuple[str, ...]) -> str:
    """A name that is harmless in a header, on a page and on a disk, and that ends as its content does."""
    name = re.split(r"[/\\]", given)[-1].translate(_EVERY_MARK)
    name = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in name)
    name = re.sub(r'[<>:"|?*]', "_", name)  # not allowed on every disk
    name = " ".join(name.split()).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or f".{ending.lower()}" not in endings:
        stem, ending = name, endings[0][1:]
    return f"{stem[: NAME_LETTERS_MAX - 10].strip(' .') or 'file'}.{ending.lower()}"


def say_file_name(name: str) -> str:
    """The name with stem and ending isolated: else a number at the end of an Arabic stem changes places with the ending."""
    stem, dot, ending = name.rpartition(".")
    return f"{isolate(stem)}\u2066{dot}{ending}\u2069"
