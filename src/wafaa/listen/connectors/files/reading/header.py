"""Whether the first row names the columns, and names for columns that have none."""

import re
from collections.abc import Sequence

from wafaa.kit.text import fold, latin_digits, without_marks
from wafaa.listen.connectors.files.understanding.synonyms import is_known_name

HEADER_CHARS_MAX = 100
# Nobody puts more than this above a table.
HEADING_ROWS_MAX = 30
# Dates, times, numbers, prices: what a heading is not. Up to the first digit there is none, so that one look is enough.
_VALUE = re.compile(r"^[\s.,:/+()%-]*\d[\s\d.,:/+()%TZ-]*$")


def looks_like_value(cell: str) -> bool:
    return bool(_VALUE.match(latin_digits(without_marks(cell))))


def is_header(first: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """A heading has words where the rows below have values, or words that we know."""
    cells = [cell for cell in first if cell and cell.strip()]
    if not cells or any(looks_like_value(cell) for cell in cells):
        return False
    if any(is_known_name(cell) for cell in cells):
        return True
    below = following[:50]
    for place, cell in enumerate(first):
        values = [row[place] for row in below if place < len(row) and row[place].strip()]
        if cell.strip() and values and all(looks_like_value(value) for value in values):
            return True
    folded = [fold(cell) for cell in cells]
    return not below or all(fold(value) not in folded for row in below for value in row)


def find_heading(rows: Sequence[Sequence[str]]) -> int:
    """The place of the first row that names at least two columns as we know them; 0 where none does.

    Reports begin with titles, dates and addresses, which may be as wide as the table below them.
    """
    for place, row in enumerate(rows[:HEADING_ROWS_MAX]):
        cells = [cell for cell in row if cell and cell.strip()]
        if sum(map(is_known_name, cells)) > 1 and not any(map(looks_like_value, cells)):
            return place
    return 0


def name_columns(first: Sequence[str] | None, columns: int) -> list[str]:
    """The headings, cleaned and made different from each other; "1", "2" ... where there is none."""
    names: list[str] = []
    taken: set[str] = set()
    for place in range(columns):
        given = first[place] if first is not None and place < len(first) else ""
        name = " ".join(without_marks(given or "").split())[:HEADER_CHARS_MAX] or str(place + 1)
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name} ({count})"
        taken.add(unique)
        names.append(unique)
    return names
