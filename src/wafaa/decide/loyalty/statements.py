"""Statements that are put together of parts: what is judged, how, and what is done with it."""

from functools import cache
from typing import Final

from wafaa.kit.sql import load_sql

ROOM: Final = "wafaa.decide.loyalty"
# What sql/<name>.sql names as /*<name>*/; a part may name those after it.
PARTS: Final = ("judge", "occasions", "terms", "packed", "ruling")


@cache
def write_statement(name: str, *, occasions: str = "occasions") -> str:
    """sql/<name>.sql with its parts; what is judged comes of sql/<occasions>.sql."""
    text = load_sql(ROOM, name)
    for part in PARTS:
        text = text.replace(
            f"/*{part}*/", load_sql(ROOM, occasions if part == "occasions" else part).rstrip()
        )
    return text
