"""Sealing the books: a chain of digests over the transfers, made in batches after their commits."""

import time
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from wafaa.act.points.models import Seal
from wafaa.kit import clock
from wafaa.kit.sql import load_sql

BATCH: Final = 50_000
_LOOK_AGAIN_S: Final = 0.05


def seal_transfers(*, patience_s: float = 5.0) -> int:
    """Seals what was committed; returns how many transfers. What others still write waits for the next time.

    Ids are handed out before commits, so that a lower one may come later: it is sealed up to the highest id that is seen, once
    everybody has ended who was writing when it was seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "find_highest"))
        (highest,) = cursor.fetchone()
        writers = _list_writers(cursor, None)
        waited_until = time.monotonic() + patience_s
        while writers and time.monotonic() < waited_until:
            time.sleep(_LOOK_AGAIN_S)
            writers = _list_writers(cursor, writers)
    sealed = 0
    while highest and not writers and (count := _seal_batch(highest)):
        sealed += count
    return sealed


def _list_writers(cursor: CursorWrapper, among: list[str] | None) -> list[str]:
    cursor.execute(load_sql("wafaa.act.points", "list_writers"), {"among": among})
    writers: list[str] = cursor.fetchone()[0]
    return writers


@transaction.atomic
def _seal_batch(highest: int) -> int:
    """One link of the chain; two that seal at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "lock_seals"))
        last = Seal.objects.order_by("-through").first()
        values: dict[str, Any] = {
            "before": bytes(last.digest) if last else b"",
            "after": last.through if last else 0,
            "highest": highest,
            "batch": BATCH,
        }
        cursor.execute(load_sql("wafaa.act.points", "digest_batch"), values)
        through, digest, count = cursor.fetchone()
    if count:
        Seal.objects.create(through=through, transfers=count, digest=digest, sealed_at=clock.now())
    return int(count)
