"""How a place of the stream stands in an address: 7411-52."""

import re

from wafaa.stream.rules import Place

# Both are 64 bits; xid8 has no sign.
_SHAPE = re.compile(r"([0-9]{1,19})-([0-9]{1,18})", re.ASCII)


def write_place(place: Place) -> str:
    return f"{place[0]}-{place[1]}"


def read_place(text: str) -> Place | None:
    """None for what is no place."""
    found = _SHAPE.fullmatch(text)
    return (found[1], int(found[2])) if found else None
