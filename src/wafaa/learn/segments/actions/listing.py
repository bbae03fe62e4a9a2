"""Static lists: customers that somebody brought in a file or by hand. A list tells no events; who made it knows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.text import without_marks
from wafaa.know.customers.actions import get_default_region
from wafaa.know.customers.rules import Mover, read_email, read_phone
from wafaa.learn.segments.actions.refreshing import (
    IN,
    ask,
    execute,
    hold_lock,
    note_touched,
    save_memberships,
)
from wafaa.learn.segments.errors import NotAList
from wafaa.learn.segments.models import Build, Membership, Segment
from wafaa.learn.segments.trees import list_dependents

# Found and written in a fraction of a second.
ROWS_AT_ONCE = 2_000
# Of what was not found, so much is handed back to be shown.
UNKNOWN_MAX = 100


@dataclass(frozen=True, kw_only=True)
class Imported:
    """`unknown` are the first cells that mean nobody, or several."""

    rows: int
    added: int
    known_already: int
    unknown_rows: int
    unknown: tuple[str, ...]


@transaction.atomic
def create_list(*, name: str, description: str = "", by: Staff | None, via: str = "") -> Segment:
    """An empty list."""
    now, business = clock.now(), get_business()
    segment = Segment.objects.create(
        name=name,
        description=description,
        kind=Segment.Kind.LIST,
        state=Segment.State.LIVE,
        staff=by,
        created_at=now,
        changed_at=now,
        built_at=now,
    )
    segment.build = Build.objects.create(
        segment=segment,
        version=1,
        definition={},
        zone=business.time_zone,
        currency=business.currency,
        state=Build.State.SHOWN,
        started_at=now,
        finished_at=now,
    )
    segment.save(update_fields=["build"])
    record_change(staff=by, deed="create_segment", subject=name, via=via)
    return segment


def import_list(*, segment: Segment, rows: Iterable[str], by: Staff | None, via: str = "") -> Imported:
    """Puts customers on a list: each row is a customer number, a distinct id, an e-mail or a phone, as people write them.

    In chunks of a transaction each; the same file again adds nobody. Raises NotAList.
    """
    total = added = known = 0
    unknown: list[str] = []
    left = iter(rows)
    while chunk := list(islice(left, ROWS_AT_ONCE)):
        cells = [cell for row in chunk if (cell := without_marks(row))]
        found = _find_customers(cells)
        new = add_to_list(segment=segment, customer_ids=set(found.values()))
        total, added = total + len(cells), added + new
        known += len(found) - new
        unknown += [cell for place, cell in enumerate(cells, start=1) if place not in found]
    record_change(staff=by, deed="import_segment", subject=segment.name, after={"customers": added}, via=via)
    return Imported(
        rows=total,
        added=added,
        known_already=known,
        unknown_rows=len(unknown),
        unknown=tuple(unknown[:UNKNOWN_MAX]),
    )


def _find_customers(cells: Sequence[str]) -> dict[int, int]:
    """By place, from 1."""
    region = get_default_region()
    values = {
        "cells": list(cells),
        "emails": [read_email(cell) if "@" in cell else "" for cell in cells],
        "phones": [read_phone(cell, "", region) for cell in cells],
    }
    return dict(ask("find_listed", values))


@transaction.atomic
def add_to_list(*, segment: Segment, customer_ids: Collection[int]) -> int:
    """Returns how many were not on it. Segments that name the list look at them again. Raises NotAList."""
    build_id = _hold_list(segment)
    present = set(
        Membership.objects.filter(build=build_id, customer__in=list(customer_ids)).values_list(
            "customer_id", flat=True
        )
    )
    new = sorted(set(customer_ids) - present)
    save_memberships([((build_id, one), IN) for one in new])
    _pass_on(segment, new)
    return len(new)


@transaction.atomic
def take_off_list(*, segment: Segment, customer_ids: Collection[int]) -> int:
    """Returns how many were on it. Raises NotAList."""
    build_id = _hold_list(segment)
    on = Membership.objects.filter(build=build_id, customer__in=list(customer_ids))
    gone = sorted(on.values_list("customer_id", flat=True))
    execute("delete_memberships", {"build_ids": [build_id] * len(gone), "customer_ids": gone})
    _pass_on(segment, gone)
    return len(gone)


def _hold_list(segment: Segment) -> int:
    if segment.kind != Segment.Kind.LIST or segment.build_id is None:
        raise NotAList
    hold_lock()
    return segment.build_id


def _pass_on(segment: Segment, customer_ids: Sequence[int]) -> None:
    if customer_ids and list_dependents(segment):
        note_touched(customer_ids)


def _list_builds() -> list[int]:
    lists = Segment.objects.filter(kind=Segment.Kind.LIST, build__isnull=False)
    return list(lists.values_list("build_id", flat=True))


def count_lists(customer_id: int) -> dict[str, int]:
    """What would move, by name."""
    return {"lists": Membership.objects.filter(build__in=_list_builds(), customer=customer_id).count()}


def move_lists(gone: int, kept: int) -> dict[str, list[int]]:
    """The kept customer is on all lists of both; returns on which they were not before, and the other one's."""
    if not _list_builds():
        return {"theirs": [], "new": []}
    hold_lock()
    theirs = _list_of(gone)
    new = sorted(set(theirs) - set(_list_of(kept)))
    execute("delete_memberships", {"build_ids": theirs, "customer_ids": [gone] * len(theirs)})
    _put_on(new, kept)
    if theirs:  # segments that name the lists look at both again
        note_touched([kept, gone])
    return {"theirs": theirs, "new": new}


def give_lists_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """Both are on the lists on which they were; what was added or taken off since stays."""
    if not moved["theirs"]:
        return
    hold_lock()
    present = set(_list_builds())
    new = [one for one in moved["new"] if one in present]
    execute("delete_memberships", {"build_ids": new, "customer_ids": [kept] * len(new)})
    _put_on([one for one in moved["theirs"] if one in present], gone)
    note_touched([kept, gone])


def _list_of(customer_id: int) -> list[int]:
    on = Membership.objects.filter(build__in=_list_builds(), customer=customer_id)
    return sorted(on.values_list("build_id", flat=True))


def _put_on(build_ids: Sequence[int], customer_id: int) -> None:
    save_memberships([((build_id, customer_id), IN) for build_id in build_ids])


# Segments by conditions need no mover: merging writes rows, and rows say that they were touched.
LISTS_FOLLOW = Mover(name="lists", count=count_lists, move=move_lists, give_back=give_lists_back)
