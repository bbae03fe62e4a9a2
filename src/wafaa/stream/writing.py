"""Group commit: what several requests bring at the same moment is written in one transaction; each waits for its commit.

A commit that lasts costs a turn of the disk, whatever it holds. So a request that finds no writer free lays its events down
and sleeps; a writer that ends is handed on with all that lies there. It is a connection of its own: requests hold none.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import psycopg
from django.db import connection

from wafaa.kit.sql import load_sql
from wafaa.stream.rules import NewEvent

# One writes while the other collects; a third would only wait for the same disk.
WRITERS = 2
# A transaction holds readers back, so it stays far below a second.
GROUP_EVENTS = 2_000
# PostgreSQL takes less than 8,000; who hears a notice without names wakes everybody.
NOTICE_BYTES_MAX = 4_000
_TABS = 8  # between the columns of copy_events.sql
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


_encode = msgspec.json.Encoder().encode


def connect() -> psycopg.Connection[Any]:
    """Beside Django's, which belongs to a thread."""
    return psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True
    )


class Row(NamedTuple):
    """An event as COPY takes it, and the id that makes it unique."""

    message_id: str
    name: str
    line: bytes


@dataclass(kw_only=True, eq=False, slots=True)
class Load:
    """What one request brings; afterwards how many events were new, or why nothing was written."""

    rows: Sequence[Row]
    refused: Sequence[tuple[Any, ...]] = ()  # as keep_refused.sql takes them
    new: int = 0
    error: Exception | None = None
    is_written: bool = False
    # given by the writer that ends, to the first of the next group
    writer: "Writer | None" = None
    group: "list[Load]" = field(default_factory=list)
    gate: threading.Lock = field(default_factory=threading.Lock)


class Writer:
    """A connection that only records."""

    def __init__(self, dial: Callable[[], psycopg.Connection[Any]] = connect) -> None:
        self._dial = dial
        self._connection: psycopg.Connection[Any] | None = None

    def write(self, group: Sequence[Load]) -> None:
        """In one transaction; a load that spoils it for the others is written alone. Failures stand in the loads."""
        try:
            self._try(group)
            for load in group:
                load.is_written = True
        except Exception as error:
            if len(group) == 1 or not isinstance(error, psycopg.DataError):
                for load in group:
                    load.error = error
            else:
                for load in group:
                    self.write([load])

    def wake_drain(self, group: Sequence[Load]) -> None:
        """After the commit: a notice inside would make all commits of the server wait for one another."""
        try:
            if self._connection is not None:
                tell_names(self._connection, group)
        except psycopg.Error:
            self.close()  # the drain looks by itself every second

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, group: Sequence[Load]) -> None:
        """Once more on a new connection where the old one was dead: message ids count once, however often they are sent."""
        is_old = self._connection is not None
        try:
            self._write(group)
        except psycopg.OperationalError:
            self.close()
            if not is_old:
                raise
            self._write(group)

    def _write(self, group: Sequence[Load]) -> None:
        if self._connection is None:
            self._connection = self._dial()
        with self._connection.transaction(), self._connection.cursor() as cursor:
            write_loads(cursor, group)


class Desk:
    """Where requests lay down what they bring."""

    def __init__(self, writers: int = WRITERS) -> None:
        self._guard = threading.Lock()
        self._lying: deque[Load] = deque()
        self._writers = [Writer() for _ in range(writers)]
        self._free = list(self._writers)

    def write(self, load: Load) -> int:
        """Returns how many events were new, when they last. Raises what kept them from being written."""
        load.gate.acquire()
        with self._guard:
            writer = self._free.pop() if self._free else None
            if writer is None:
                self._lying.append(load)
        if writer is None:
            load.gate.acquire()  # until it is written, or has to write
            writer, group = load.writer, load.group
        else:
            group = [load]
        if writer is not None:
            self._lead(writer, group)
        if load.error is not None:
            raise load.error
        assert load.is_written, "nobody wrote it"  # never answer what may not last
        return load.new

    def close(self) -> None:
        """For tests, whose database goes away."""
        for writer in self._writers:
            writer.close()

    def _lead(self, writer: Writer, group: list[Load]) -> None:
        """Writes for the whole group, then hands the writer on to whoever came meanwhile."""
        try:
            writer.write(group)
        finally:
            for load in group[1:]:
                load.gate.release()
            writer.wake_drain(group)
            self._hand_on(writer)

    def _hand_on(self, writer: Writer) -> None:
        with self._guard:
            if not self._lying:
                self._free.append(writer)
                return
            group, events = list[Load](), 0
            while self._lying and events < GROUP_EVENTS:
                group.append(self._lying.popleft())
                events += len(group[-1].rows)
        group[0].writer, group[0].group = writer, group
        group[0].gate.release()


def tell_names(cursor: Any, loads: Sequence[Load]) -> None:
    """Wakes who hears what was recorded."""
    names = msgspec.json.encode(sorted({row.name for load in loads for row in load.rows}))
    cursor.execute(
        load_sql("wafaa.stream", "wake_drain"), [names.decode() if len(names) < NOTICE_BYTES_MAX else ""]
    )


def write_loads(cursor: Any, loads: Sequence[Load]) -> None:
    """In the cursor's transaction: records and counts what was never recorded, in its order; of equal ids the first stands."""
    ids = [row.message_id for load in loads for row in load.rows]
    if fresh := _claim(cursor, ids):
        with cursor.copy(load_sql("wafaa.stream", "copy_events")) as copy:
            copy.write(b"".join(_choose_lines(loads, fresh, are_all_fresh=len(fresh) == len(ids))))
    if refused := [message for load in loads for message in load.refused]:
        cursor.executemany(load_sql("wafaa.stream", "keep_refused"), refused)


def _choose_lines(loads: Sequence[Load], fresh: set[str], *, are_all_fresh: bool) -> Iterator[bytes]:
    """Of equal ids the first; each load learns how many of its own there are."""
    for load in loads:
        if are_all_fresh:
            load.new = len(load.rows)
            yield from [row.line for row in load.rows]
            continue
        load.new = 0
        for message_id, _name, line in load.rows:
            if message_id in fresh:
                fresh.remove(message_id)
                load.new += 1
                yield line


def _claim(cursor: Any, ids: Sequence[str]) -> set[str]:
    if not ids:
        return set()
    cursor.execute(load_sql("wafaa.stream", "claim_ids"), [msgspec.json.encode(ids).decode()])
    return {row[0] for row in cursor.fetchall()}


def make_row(event: NewEvent, received_at: str) -> Row:
    """`received_at` as ISO 8601, the same for all that came together."""
    message_id, moment = str(event.message_id), event.occurred_at.isoformat()
    head = f"{message_id}\t{event.type}\t{event.name}\t{event.distinct_id}\t{moment}\t{received_at}".encode()
    parts = (head, _encode(event.properties), _encode(event.context), event.source.encode())
    line = b"\t".join(parts)
    # what COPY reads as its own is rare; JSON holds none of it but the backslash
    if b"\\" in line or b"\n" in line or b"\r" in line or line.count(b"\t") != _TABS:
        values = (message_id, event.type, event.name, event.distinct_id, moment, received_at)
        texts = (*values, *(part.decode() for part in parts[1:]))
        line = "\t".join(text.translate(_ESCAPES) for text in texts).encode()
    return Row(message_id, event.name, line + b"\n")


DESK = Desk()
