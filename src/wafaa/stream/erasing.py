"""Taking one person out of the stream: their events, and what others' events say of them. Nothing else ever changes an event."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection, transaction

from wafaa.kit.sql import load_sql
from wafaa.stream.models import GoneRow, RefusedMessage

# In well under a second, so that readers, who never pass a transaction in flight, are not held up.
EVENTS_AT_ONCE = 5_000
WALKED_AT_ONCE = 20_000
REFUSED_AT_ONCE = 500

# Takes a decoded value and gives it back without the person; the same object where it names nobody.
Redact = Callable[[Any], Any]
Place = tuple[str, int]
BEGINNING: Place = ("0", 0)


def hold_checkpoints() -> None:
    """Until the caller's transaction ends no consumer handles anything; waits for those that do."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "hold_checkpoints"))


@transaction.atomic
def erase_events(*, distinct_ids: Sequence[str], limit: int = EVENTS_AT_ONCE) -> int:
    """Removes events of these ids; returns how many went. A message that is sent again stays a duplicate.

    Hold the checkpoints before.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "make_salt"))
        values: dict[str, Any] = {"distinct_ids": list(distinct_ids), "limit": limit}
        cursor.execute(load_sql("wafaa.stream", "erase_events"), values)
        return int(cursor.fetchone()[0])


@transaction.atomic
def erase_traces(*, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Removes what is parked of these ids, asked to be replayed or on its way outside; returns what -> how many."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "erase_traces"), {"distinct_ids": list(distinct_ids)})
        parked, effects = cursor.fetchone()
    return {"parked_events": parked, "outgoing": effects}


@transaction.atomic
def redact_mentions(*, place: Place, patterns: Sequence[str], redact: Redact) -> tuple[Place | None, int]:
    """Looks through the next events of everybody behind `place` for contents that fit one of the LIKE `patterns` (lower
    case) and lets `redact` take the person out. Returns where it ended (None at the end) and how many were changed.
    """
    values: dict[str, Any] = {
        "xid": place[0],
        "position": place[1],
        "patterns": list(patterns),
        "limit": WALKED_AT_ONCE,
    }
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "find_mentions"), values)
        rows = cursor.fetchall()
        for _xid, _position, xid, position, received_at, *texts in rows:
            if xid is None:
                continue
            before = [msgspec.json.decode(text) for text in texts]
            after = [redact(value) for value in before]
            if after != before:
                properties, context = (msgspec.json.encode(value).decode() for value in after)
                cursor.execute(
                    load_sql("wafaa.stream", "change_event"),
                    {
                        "xid": xid,
                        "position": position,
                        "received_at": received_at,
                        "properties": properties,
                        "context": context,
                    },
                )
                changed += 1
    return (rows[0][0], rows[0][1]) if rows else None, changed


@transaction.atomic
def erase_refused(*, names_person: Callable[[str], bool]) -> int:
    """Removes refused messages whose text names the person, as wholes; returns how many."""
    doomed = [
        pk
        for pk, body, detail in RefusedMessage.objects.values_list("pk", "body", "detail").iterator(
            chunk_size=REFUSED_AT_ONCE
        )
        if names_person(body) or (detail and names_person(detail))
    ]
    return RefusedMessage.objects.filter(pk__in=doomed).delete()[0]


def note_gone(*, table: str, keys: Iterable[int]) -> None:
    """The facts' rows of these keys are no more; in the transaction that deletes them."""
    GoneRow.objects.bulk_create([GoneRow(table=table, key=key) for key in keys], batch_size=5_000)


def list_gone_parts(table: str, part_rows: int, since: int) -> Collection[int]:
    """The parts of a fact table that lost rows by transactions >= `since`."""
    found = GoneRow.objects.filter(table=table, changed_in__gte=since).values_list("key", flat=True)
    return {key // part_rows for key in found}
