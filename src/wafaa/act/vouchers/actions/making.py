"""Making codes by a pattern, bringing them in lists, and taking a batch out again."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from procrastinate.contrib.django import app

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.vouchers.errors import (
    CountWrong,
    KeyReused,
    KeyWrong,
    ListEmpty,
    ListTooLong,
    PatternTooShort,
    PatternWrong,
)
from wafaa.act.vouchers.models import Batch, Code, Pool, Use
from wafaa.act.vouchers.rules import (
    BATCH_CODES_MAX,
    CODE_LETTERS_MAX,
    GUESSES_MIN,
    KEY_LETTERS_MAX,
    BatchKind,
    BatchState,
    count_guesses,
    digest,
    draw_codes,
    is_code,
    normalise_code,
    normalise_pattern,
)
from wafaa.kit import clock
from wafaa.kit.sql import load_sql

# So many are made in one transaction; the page shows how far it is, and a killed job goes on where it was.
CODES_AT_ONCE = 25_000
# So many are made while whoever asks waits.
MADE_AT_ONCE = 5_000
LIST_LINES_MAX = 200_000
REFUSED_KEPT = 1_000
TASK = "wafaa.act.vouchers.tasks.make_codes"


@transaction.atomic
def request_codes(
    *, key: str, pool: Pool, count: int, pattern: str = "", by: Staff | None, via: str = ""
) -> Batch:
    """So many codes of the pattern (the pool's own where none is told): at once where they are few, else by a job.

    The same key is the same batch. Raises CountWrong, PatternWrong, PatternTooShort, KeyReused, KeyWrong.
    """
    if not 0 < count <= BATCH_CODES_MAX:
        raise CountWrong(most=BATCH_CODES_MAX)
    shape = normalise_pattern(pattern or pool.pattern)
    if not shape:
        raise PatternWrong
    told = Code.objects.filter(pool=pool).count() if count_guesses(shape, count) < GUESSES_MIN * 2 else 0
    if count_guesses(shape, count + told) < GUESSES_MIN:
        raise PatternTooShort
    batch, is_new = _make_batch(
        key, {"count": count, "pattern": shape}, pool, BatchKind.MADE, wanted=count, pattern=shape, by=by
    )
    if not is_new:
        return batch
    record_change(
        staff=by,
        deed="make_vouchers",
        subject=str(pool.uuid),
        after={"codes": count, "pattern": shape},
        via=via,
    )
    if count <= MADE_AT_ONCE:
        run_batch(batch_id=batch.pk)
        batch.refresh_from_db()
    else:
        app.configure_task(TASK).defer(batch_id=batch.pk)
    return batch


def _make_batch(
    key: str, told: object, pool: Pool, kind: BatchKind, *, wanted: int, pattern: str = "", by: Staff | None
) -> tuple[Batch, bool]:
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    body = digest([str(pool.uuid), str(kind), told])
    batch, is_new = Batch.objects.get_or_create(
        key=digest(f"batch:{key}"),
        defaults={
            "pool": pool,
            "kind": kind,
            "body": body,
            "pattern": pattern,
            "wanted": wanted,
            "created_at": clock.now(),
            "created_by": by,
        },
    )
    if batch.body != body:
        raise KeyReused
    return batch, is_new


def run_batch(*, batch_id: int) -> int:
    """Makes what is left to make of a batch, chunk by chunk. Returns how many codes."""
    made = 0
    while chunk := _make_chunk(batch_id):
        made += chunk
    return made


@transaction.atomic
def _make_chunk(batch_id: int) -> int:
    batch = Batch.objects.select_for_update().select_related("pool").get(pk=batch_id)
    left = batch.wanted - batch.made
    if batch.state != BatchState.WAITING or left <= 0:
        return 0
    drawn = draw_codes(batch.pattern, min(left, CODES_AT_ONCE))
    count, lost = _insert(batch, enumerate(drawn))
    batch.made += count
    if batch.made >= batch.wanted:
        batch.state, batch.done_at = BatchState.DONE, clock.now()
    batch.save(update_fields=["made", "state", "done_at"])
    # a code that is there already is drawn anew by the next chunk
    return count + len(lost)


def _insert(batch: Batch, codes: Iterable[tuple[int, str]]) -> tuple[int, list[int]]:
    """How many are new, and the ordinals of those that are not."""
    package, count = "wafaa.act.vouchers", 0
    with connection.cursor() as cursor:
        cursor.execute(load_sql(package, "prepare_incoming"))
        with cursor.copy(load_sql(package, "copy_incoming")) as copy:
            for row in codes:
                copy.write_row(row)
                count += 1
        values = {
            "pool": batch.pool_id,
            "batch": batch.pk,
            "uses_max": batch.pool.code_uses_max,
            "now": clock.now(),
        }
        cursor.execute(load_sql(package, "insert_codes"), values)
        lost = [row[0] for row in cursor.fetchall()]
    return count - len(lost), lost


@dataclass(kw_only=True)
class _Read:
    """A list of codes as it was read; ordinals are line numbers from 1."""

    codes: dict[int, str] = field(default_factory=dict)
    told: dict[int, str] = field(default_factory=dict)
    refused: list[tuple[int, str, str]] = field(default_factory=list)


@transaction.atomic
def import_codes(*, key: str, pool: Pool, lines: Sequence[str], by: Staff | None, via: str = "") -> Batch:
    """Keeps the codes of a list, one a line (what stands behind a comma, semicolon or tab is passed over). Lines that can't be
    kept are told: unreadable, too_long, twice (in the list), taken (a code here or in another pool already).

    Raises ListTooLong, ListEmpty, KeyReused, KeyWrong.
    """
    if len(lines) > LIST_LINES_MAX:
        raise ListTooLong(most=LIST_LINES_MAX)
    read = _read_lines(lines)
    if not read.codes and not read.refused:
        raise ListEmpty
    told = [digest("\n".join(lines)).hex, len(lines)]
    batch, is_new = _make_batch(key, told, pool, BatchKind.IMPORTED, wanted=len(lines), by=by)
    if not is_new:
        return batch
    batch.made, lost = _insert(batch, read.codes.items())
    refused = sorted([*read.refused, *((place, read.told[place], "taken") for place in lost)])
    batch.refused, batch.refused_count = refused[:REFUSED_KEPT], len(refused)
    batch.wanted = batch.made + len(refused)
    batch.state, batch.done_at = BatchState.DONE, clock.now()
    batch.save()
    record_change(
        staff=by, deed="import_vouchers", subject=str(pool.uuid), after={"codes": batch.made}, via=via
    )
    return batch


def _read_lines(lines: Sequence[str]) -> _Read:
    read = _Read()
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        cell = line.replace(";", ",").replace("\t", ",").split(",")[0].strip().strip('"')
        code = normalise_code(cell)
        if not code:
            if cell:
                read.refused.append((number, cell[:100], "unreadable"))
            continue
        if not is_code(code):
            why = "too_long" if len(code) > CODE_LETTERS_MAX else "unreadable"
            read.refused.append((number, cell[:100], why))
        elif code in seen:
            read.refused.append((number, cell[:100], "twice"))
        else:
            seen.add(code)
            read.codes[number], read.told[number] = code, cell[:100]
    return read


@transaction.atomic
def undo_batch(*, batch: Batch, by: Staff | None) -> tuple[int, int]:
    """Takes a batch's codes out that nobody ever used; the others stay. Returns how many went, and how many stay."""
    held = Batch.objects.select_for_update().select_related("pool").get(pk=batch.pk)
    if held.state == BatchState.UNDONE:
        return 0, held.made
    pool = Pool.objects.select_for_update().get(pk=held.pool_id)  # nobody takes a place meanwhile
    used = Use.objects.filter(code__batch=held).values("code")
    gone = Code.objects.filter(batch=held, is_personal=False).exclude(pk__in=used)
    count = gone._raw_delete(gone.db)
    held.made = Code.objects.filter(batch=held).count()
    held.state, held.done_at = BatchState.UNDONE, clock.now()
    held.save(update_fields=["made", "state", "done_at"])
    record_change(staff=by, deed="undo_voucher_batch", subject=str(pool.uuid), after={"codes": count})
    return count, held.made


def make_key() -> str:
    """Of a form that is shown: sent twice it is sent once."""
    return str(uuid.uuid4())
