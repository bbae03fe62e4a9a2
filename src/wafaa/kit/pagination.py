"""Pages of long lists by their keys: page 10,000 costs what the first one does."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

# Beyond this a list says "more than": counting a million rows takes longer than showing fifty.
COUNT_MAX = 10_000


@dataclass(frozen=True, kw_only=True)
class Stretch(Generic[M]):
    """A part of a list, sorted by `key` (a column or annotation that is never null) and then by primary key.

    A list may have several, one after the other: first the rows that have a value, then those without.
    """

    rows: QuerySet[M]
    key: str
    is_descending: bool


@dataclass(frozen=True, kw_only=True)
class KeyPage(Generic[M]):
    """`next_cursor` and `previous_cursor` are empty at the ends."""

    rows: list[M]
    next_cursor: str
    previous_cursor: str


class _Place(msgspec.Struct, array_like=True):
    """Between two rows: before or after the row of this value and primary key."""

    is_backward: bool
    stretch: int
    value: str | int
    is_time: bool
    pk: int


def read_page(
    stretches: Sequence[Stretch[M]], *, cursor: str = "", size: int = 50, starts_over: bool = True
) -> KeyPage[M]:
    """The page that a cursor of another page leads to; the first page for an empty or broken cursor.

    Where nothing is left behind the cursor, people start over at the first page; a program would walk in circles, so it
    gets an empty page (`starts_over` False).
    """
    place = _decode(cursor, stretches)
    backward = place is not None and place.is_backward
    found = _collect(stretches, place, size + 1)
    has_more = len(found) > size
    found = found[:size][::-1] if backward else found[:size]
    if not found and place is not None and starts_over:
        return read_page(stretches, size=size)
    has_before, has_after = (has_more, True) if backward else (place is not None, has_more)
    return KeyPage(
        rows=[row for _, row in found],
        next_cursor=_encode(stretches, found[-1], is_backward=False) if found and has_after else "",
        previous_cursor=_encode(stretches, found[0], is_backward=True) if found and has_before else "",
    )


def count_up_to(rows: QuerySet[Any], limit: int = COUNT_MAX) -> int:
    """How many rows there are; limit + 1 stands for more than `limit`."""
    return rows.order_by()[: limit + 1].count()


def _collect(stretches: Sequence[Stretch[M]], place: _Place | None, wanted: int) -> list[tuple[int, M]]:
    """Up to `wanted` rows beyond the place in its direction, nearest first, each with the index of its
    stretch.
    """
    backward = place is not None and place.is_backward
    indexes = range(len(stretches) - 1, -1, -1) if backward else range(len(stretches))
    found: list[tuple[int, M]] = []
    for index in indexes:
        if place is not None and (index > place.stretch if backward else index < place.stretch):
            continue
        stretch = stretches[index]
        goes_down = stretch.is_descending != backward
        rows = stretch.rows
        if place is not None and index == place.stretch:
            rows = rows.filter(_beyond(stretch.key, place, goes_down=goes_down))
        sign = "-" if goes_down else ""
        rows = rows.order_by(f"{sign}{stretch.key}", f"{sign}pk")[: wanted - len(found)]
        found += [(index, row) for row in rows]
        if len(found) >= wanted:
            break
    return found


def _beyond(key: str, place: _Place, *, goes_down: bool) -> Q:
    value: Any = datetime.fromisoformat(str(place.value)) if place.is_time else place.value
    sign = "lt" if goes_down else "gt"
    # The first condition alone lets the index start at the place.
    return Q(**{f"{key}__{sign}e": value}) & (Q(**{f"{key}__{sign}": value}) | Q(**{f"pk__{sign}": place.pk}))


def _encode(stretches: Sequence[Stretch[M]], found: tuple[int, M], *, is_backward: bool) -> str:
    index, row = found
    value: Any = row
    for part in stretches[index].key.split("__"):
        value = getattr(value, part)
    is_time = isinstance(value, datetime)
    place = _Place(is_backward, index, value.isoformat() if is_time else value, is_time, row.pk)
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _decode(cursor: str, stretches: Sequence[Stretch[M]]) -> _Place | None:
    """None for what is broken, and for a place in a list that is sorted by something else."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = msgspec.json.decode(text, type=_Place)
        if not 0 <= place.stretch < len(stretches) or "\x00" in str(place.value):
            return None
        if place.is_time and datetime.fromisoformat(str(place.value)).tzinfo is None:
            return None
        stretch = stretches[place.stretch]
        # asks the database nothing yet: it says whether the value fits the column
        stretch.rows.filter(_beyond(stretch.key, place, goes_down=True))
    except (ValueError, TypeError, ValidationError, binascii.Error, msgspec.DecodeError):
        return None
    return place
