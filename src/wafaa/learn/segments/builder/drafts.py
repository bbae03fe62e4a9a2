"""All conditions of a segment as they stand in a form: groups of rows, from a POST, from a tree and back.

Groups are joined by “and” (or by “or”), the rows of one group the other way. Nearly all that people mean has this form; what
lies deeper was written by a program and is shown as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext as _

from wafaa.learn.segments.builder.reading import RowWrong, read_row
from wafaa.learn.segments.builder.rows import FIRST_KIND, TEXT_MAX, VALUES_MAX, Row
from wafaa.learn.segments.builder.shapes import complete_row
from wafaa.learn.segments.builder.writing import write_condition
from wafaa.learn.segments.offers import Offers
from wafaa.learn.segments.rules import tree as t

ROWS_MAX: Final = t.CONDITIONS_MAX


class DraftWrong(ValueError):
    """`errors` by row id and field; row 0 is the whole."""

    def __init__(self, errors: Mapping[int, Mapping[str, str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`join`: all or any of the groups. `removed` is the row that was taken away last, to be put back."""

    join: str = "all"
    rows: tuple[Row, ...] = ()
    removed: Row | None = None

    def list_groups(self) -> list[list[Row]]:
        groups: dict[int, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.group, []).append(row)
        return list(groups.values())

    def add(self, group: int | None = None) -> "Draft":
        """With one condition more, in a group or in one of its own."""
        if len(self.rows) >= ROWS_MAX:
            return self
        new = max((row.group for row in self.rows), default=0) + 1
        row = Row(id=self._next_id(), group=group or new, what=FIRST_KIND)
        return replace(self, rows=(*self.rows, row))

    def remove(self, row_id: int) -> "Draft":
        gone = next((row for row in self.rows if row.id == row_id), None)
        rows = tuple(row for row in self.rows if row.id != row_id)
        return replace(self, rows=rows, removed=gone or self.removed)

    def restore(self) -> "Draft":
        if self.removed is None or len(self.rows) >= ROWS_MAX:
            return replace(self, removed=None)
        row = replace(self.removed, id=self._next_id())
        rows = sorted((*self.rows, row), key=lambda one: one.group)
        return replace(self, rows=tuple(rows), removed=None)

    def _next_id(self) -> int:
        return max((row.id for row in (*self.rows, *([self.removed] if self.removed else []))), default=0) + 1


def read_draft(data: QueryDict, offers: Offers) -> Draft:
    """What a form sends; what makes no sense is left out."""
    rows = []
    for told in data.getlist("row")[:ROWS_MAX]:
        group, _dot, row_id = told.partition(".")
        if group.isdecimal() and row_id.isdecimal() and len(told) < 20:
            rows.append(_read_row(data, int(group), int(row_id), offers))
    join = "any" if data.get("join") == "any" else "all"
    return Draft(join=join, rows=tuple(rows), removed=_read_removed(data.get("removed", "")))


def _read_row(data: QueryDict, group: int, row_id: int, offers: Offers) -> Row:
    prefix = f"r{row_id}-"
    values = {
        name.removeprefix(prefix): [text[:TEXT_MAX].replace("\x00", "") for text in given[:VALUES_MAX]]
        for name, given in data.lists()
        if name.startswith(prefix)
    }
    what = (values.pop("what", None) or [FIRST_KIND])[0]
    is_not = bool(values.pop("not", None))
    return complete_row(Row(id=row_id, group=group, what=what, is_not=is_not, values=values), offers)


class _Removed(msgspec.Struct):
    id: int
    group: int
    what: str
    is_not: bool
    values: dict[str, list[str]]


def _read_removed(told: str) -> Row | None:
    try:
        row = msgspec.json.decode(told, type=_Removed) if told else None
    except msgspec.MsgspecError:
        return None
    return Row(**msgspec.structs.asdict(row)) if row else None


def write_removed(row: Row | None) -> str:
    """As a hidden field keeps it."""
    if row is None:
        return ""
    values = {name: list(given) for name, given in row.values.items()}
    kept = _Removed(id=row.id, group=row.group, what=row.what, is_not=row.is_not, values=values)
    return msgspec.json.encode(kept).decode()


def make_tree(draft: Draft, offers: Offers) -> t.Tree:
    """Raises DraftWrong."""
    errors: dict[int, Mapping[str, str]] = {}
    groups: list[t.Tree] = []
    inner: Any = t.Some if draft.join == "all" else t.All
    for group in draft.list_groups():
        parts = []
        for row in group:
            try:
                parts.append(read_row(row, offers.currency))
            except RowWrong as wrong:
                errors[row.id] = wrong.errors
        groups.append(parts[0] if len(parts) == 1 else inner(tuple(parts)))
    if not draft.rows:
        errors[0] = {"": _("Add at least one condition.")}
    if errors:
        raise DraftWrong(errors)
    return t.All(tuple(groups)) if draft.join == "all" else t.Some(tuple(groups))


def write_draft(tree: t.Tree, offers: Offers) -> Draft | None:
    """The form of a tree; None of one that lies deeper than a form shows."""
    outer: Any = t.Some if isinstance(tree, t.Some) else t.All
    inner: Any = t.All if outer is t.Some else t.Some
    groups = tree.parts if isinstance(tree, t.All | t.Some) else (tree,)
    rows: list[Row] = []
    for place, group in enumerate(groups, start=1):
        literals = group.parts if isinstance(group, inner) else (group,)
        if not literals:
            return None
        for one in literals:
            condition = one.part if isinstance(one, t.Not) else one
            if isinstance(condition, t.All | t.Some | t.Not | t.Listed):
                return None
            what, values = write_condition(condition, offers.currency)
            row = Row(id=len(rows) + 1, group=place, what=what, is_not=isinstance(one, t.Not), values=values)
            rows.append(complete_row(row, offers))
    return Draft(join="any" if outer is t.Some else "all", rows=tuple(rows))
