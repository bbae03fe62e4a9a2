"""What a cell may hold, and how a text is kept from becoming a formula."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | float | Decimal | date | datetime | None

# A spreadsheet takes a text that begins so for a formula, and some take a tab or a line's end for a new cell.
_SIGNS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
# Spaces, byte order marks and marks of direction before it are overlooked by some.
_OVERLOOKED = re.compile(r"[\s\x00-\x1f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*")


def make_inert(cell: Cell) -> str | int | float:
    """A cell that a spreadsheet shows and never runs."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if is_risky(cell) else cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might run it. Full-width signs and their kin count as the plain ones that they stand for."""
    found = _OVERLOOKED.match(text)
    before = found[0] if found else ""
    if _BREAKS & set(before):
        return True
    first = text[len(before) : len(before) + 1]
    return unicodedata.normalize("NFKC", first)[:1] in _SIGNS
