"""Writing facts: in step with the database, all anew, or from tables that a file gave."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from wafaa.access.business.queries import get_business
from wafaa.kit.facts import FactTable
from wafaa.kit.sql import load_sql
from wafaa.learn.facts import store
from wafaa.learn.facts.copying import copy_rows
from wafaa.learn.facts.queries import counting_ahead
from wafaa.learn.facts.store import Manifest, Part, TableParts
from wafaa.stream.erasing import list_gone_parts
from wafaa.stream.queries import get_epoch

if TYPE_CHECKING:
    import pyarrow as pa

# So many parts let a change of one per cent rewrite about one per cent, and are few enough to open for a question.
PARTS_WANTED = 128
PARTS_MAX = 512
# How many keys one query fetches: some tens of megabytes of lines.
RUN_KEYS = 32_768


@dataclass(frozen=True, kw_only=True)
class SyncResult:
    """What a sync did. `changed` tells whether any figure can have changed."""

    version: str
    changed: bool
    rebuilt: bool
    parts_written: int
    rows_written: int
    seconds: float


def sync_facts(
    tables: Sequence[FactTable],
    *,
    look: Callable[[], None] = lambda: None,
    count_ahead: Callable[[], object] = lambda: None,
) -> SyncResult:
    """Rewrites the parts with rows that changed since the last sync, as of one snapshot of the database.

    Everything is written anew where the facts stem from another database, epoch, time zone, currency or code.
    A crash leaves the facts as they were. A second sync waits for the first. `look` sees the same snapshot; what it raises
    ends the sync, and the facts stay as they are. `count_ahead` runs when the new facts stand, but only for its thread.
    """
    return _write_from_database(tables, look, count_ahead, anew=False)


def rebuild_facts(
    tables: Sequence[FactTable],
    *,
    look: Callable[[], None] = lambda: None,
    count_ahead: Callable[[], object] = lambda: None,
) -> SyncResult:
    """Writes all facts anew from the database. Equal rows give facts of the same version. The rest as in sync_facts."""
    return _write_from_database(tables, look, count_ahead, anew=True)


def write_facts(folder: Path, tables: "Mapping[str, pa.Table | pa.RecordBatchReader]") -> Manifest:
    """Facts from Arrow tables, for a report without a database. The columns' types are taken as they come."""
    import pyarrow as pa

    from wafaa.learn.facts import parquet

    with store.lock(folder):
        written: dict[str, TableParts] = {}
        for name, given in tables.items():
            table = given.read_all() if isinstance(given, pa.RecordBatchReader) else given
            content = parquet.encode_parquet(table)
            file = store.name_part(name, 0, content)
            store.write_part(folder, file, content)
            first_day, last_day = parquet.find_days(table)
            part = Part(index=0, file=file, rows=table.num_rows, first_day=first_day, last_day=last_day)
            written[name] = TableParts(name=name, columns={}, part_rows=0, parts=(part,))
        manifest = _make_manifest(origin="tables", watermark=0, tables=written)
        store.write_manifest(folder, manifest)
        store.sweep(folder)
    return manifest


def _write_from_database(
    tables: Sequence[FactTable], look: Callable[[], None], count_ahead: Callable[[], object], *, anew: bool
) -> SyncResult:
    started = time.perf_counter()
    folder: Path = settings.FACTS_ROOT
    with store.lock(folder):
        before = store.read_manifest(folder)
        with _snapshot() as (watermark, origin):
            look()
            base = (
                before if before and not anew and _can_continue(before, watermark, origin, folder) else None
            )
            zone = get_business().time_zone
            written = {table.name: _write_table(folder, table, base, zone) for table in tables}
        parts = {name: result.table for name, result in written.items()}
        store.flush_parts(folder, [file for result in written.values() for file in result.files])
        manifest = _make_manifest(origin=origin, watermark=watermark, tables=parts)
        with counting_ahead(manifest):
            count_ahead()
        store.write_manifest(folder, manifest)
        store.sweep(folder)
    return SyncResult(
        version=manifest.version,
        changed=before is None or before.version != manifest.version,
        rebuilt=base is None,
        parts_written=sum(len(result.files) for result in written.values()),
        rows_written=sum(result.rows for result in written.values()),
        seconds=time.perf_counter() - started,
    )


def _make_manifest(*, origin: str, watermark: int, tables: dict[str, TableParts]) -> Manifest:
    return Manifest(
        version=store.make_version(origin, tables),
        synced_at=store.stamp(),
        format=store.FORMAT,
        origin=origin,
        watermark=watermark,
        tables=tables,
    )


def forget_retired() -> int:
    """Removes at once the parts that are no longer named, which else stay a while for readers; returns how many files went.

    For erasure. A question that is being answered from them just now fails, and is asked again.
    """
    folder: Path = settings.FACTS_ROOT
    with store.lock(folder):
        manifest = store.read_manifest(folder)
        if manifest is not None and manifest.retired:
            store.write_manifest(folder, manifest, keeps_retired=False)
        return store.sweep(folder)


@contextmanager
def _snapshot() -> Iterator[tuple[int, str]]:
    """One view of the database for all reads: (its watermark, what the facts depend on besides the rows).

    Inside a transaction of the caller, that one's isolation holds.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(load_sql("wafaa.learn.facts", "snapshot"))
        watermark, database = cursor.fetchone()
        business = get_business()
        yield watermark, f"{database} {get_epoch()} {business.time_zone} {business.currency}"


def _can_continue(before: Manifest, watermark: int, origin: str, folder: Path) -> bool:
    # A watermark in the future: the database was restored from a backup.
    return before.origin == origin and before.watermark <= watermark and store.is_whole(folder, before)


@dataclass(frozen=True, kw_only=True)
class _Written:
    table: TableParts
    files: list[str]
    rows: int


def _write_table(folder: Path, table: FactTable, base: Manifest | None, zone: str) -> _Written:
    """Brings one table's parts in step: those that changed since `base`, or all of them without one."""
    highest = _fetch_highest_key(table)
    before = base.tables.get(table.name) if base else None
    if before and before.columns == dict(table.columns) and _fits(before.part_rows, highest, table):
        assert base is not None
        kept, part_rows = before.parts, before.part_rows
        changed: Iterable[int] = _fetch_changed(table, part_rows, base.watermark)
    else:
        kept, part_rows = (), choose_part_rows(highest, table)
        changed = range(highest // part_rows + 1)
    touched, new = set(changed), list(_write_parts(folder, table, part_rows, changed, zone))
    old_files = {part.file for part in kept}
    parts = sorted([*(part for part in kept if part.index not in touched), *new], key=lambda part: part.index)
    return _Written(
        table=TableParts(
            name=table.name, columns=dict(table.columns), part_rows=part_rows, parts=tuple(parts)
        ),
        files=[part.file for part in new if part.file not in old_files],
        rows=sum(part.rows for part in new),
    )


def choose_part_rows(highest_key: int, table: FactTable) -> int:
    """The smallest power of two that keeps the parts few, up to what the table allows."""
    part_rows = table.part_rows_min
    while highest_key // part_rows >= PARTS_WANTED and part_rows < table.part_rows:
        part_rows *= 2
    return part_rows


def _fits(part_rows: int, highest_key: int, table: FactTable) -> bool:
    is_outgrown = highest_key // part_rows >= PARTS_MAX and part_rows < table.part_rows
    return part_rows >= table.part_rows_min and not is_outgrown


def _write_parts(
    folder: Path, table: FactTable, part_rows: int, indexes: Iterable[int], zone: str
) -> Iterator[Part]:
    from wafaa.learn.facts import parquet

    for first, last in join_runs(indexes, max(1, RUN_KEYS // part_rows)):
        arguments = {"low": first * part_rows, "high": (last + 1) * part_rows, "time_zone": zone}
        rows = parquet.decode_csv(copy_rows(table.rows_sql, arguments), table.columns)
        for index, part in parquet.split_parts(rows, table.key, part_rows):
            content = parquet.encode_parquet(part)
            file = store.name_part(table.name, index, content)
            store.write_part(folder, file, content)
            first_day, last_day = parquet.find_days(part)
            yield Part(index=index, file=file, rows=part.num_rows, first_day=first_day, last_day=last_day)


def join_runs(indexes: Iterable[int], longest: int) -> Iterator[tuple[int, int]]:
    """Neighbouring indexes as (first, last), at most `longest` of them together."""
    first = last = None
    for index in sorted(indexes):
        if first is None or last is None:
            first = last = index
        elif index == last + 1 and index - first < longest:
            last = index
        else:
            yield first, last
            first = last = index
    if first is not None and last is not None:
        yield first, last


def _fetch_highest_key(table: FactTable) -> int:
    with connection.cursor() as cursor:
        cursor.execute(table.bounds_sql)
        row: Any = cursor.fetchone()
    return row[0] or 0


def _fetch_changed(table: FactTable, part_rows: int, since: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(table.changed_sql, {"part_rows": part_rows, "since": since})
        changed = {row[0] for row in cursor.fetchall()}
    return sorted(changed | set(list_gone_parts(table.name, part_rows, since)))
