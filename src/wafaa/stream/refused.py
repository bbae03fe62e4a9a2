"""What could not become an event: trying it again, giving it up, and forgetting it after a while."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import connection, transaction

from wafaa.access.keys.queries import find_public_sources
from wafaa.kit import clock
from wafaa.stream.ingest import keep, show
from wafaa.stream.messages import Envelope, Refusal, read_batch, read_message
from wafaa.stream.models import RefusedMessage
from wafaa.stream.writing import Load, Row, make_row, tell_names, write_loads


@transaction.atomic
def retry_refused(*, ids: Sequence[int], body: str = "") -> list[RefusedMessage]:
    """Reads refused messages again, as they stand or (one of them) with a corrected `body`; what is right becomes an event.

    Once, and as if it had come when it came: its row goes in the same transaction. Returns those that are refused again, with
    their reasons of now. A message that stands for a whole batch becomes as many events, and keeps as many refused ones.
    """
    assert not body or len(ids) == 1, "a corrected body is of one message"
    left = list[RefusedMessage]()
    rows, kept, gone = list[Row](), list[tuple[object, ...]](), list[int]()
    for message in RefusedMessage.objects.select_for_update().filter(id__in=list(ids)).order_by("id"):
        if body:
            message.body = show(body.encode())
        try:
            good, wrong = _read(message, clock.now())
        except Refusal as refusal:
            message.reason, message.detail = refusal.reason, refusal.detail
            message.save(update_fields=["body", "reason", "detail"])
            left.append(message)
            continue
        rows += good
        kept += wrong
        gone.append(message.pk)
    with connection.cursor() as cursor:
        load = Load(rows=rows, refused=kept)
        write_loads(cursor, [load])
        tell_names(cursor, [load])
    RefusedMessage.objects.filter(id__in=gone).delete()
    return left


def discard_refused(*, ids: Sequence[int]) -> int:
    """Gives messages up for good; how many there were."""
    return RefusedMessage.objects.filter(id__in=list(ids)).delete()[0]


def forget_refused() -> int:
    """Removes what nobody put right in the days of WAFAA_REFUSED_KEPT_DAYS; how many there were."""
    before = clock.now() - timedelta(days=settings.REFUSED_KEPT_DAYS)
    return RefusedMessage.objects.filter(received_at__lt=before).delete()[0]


def _read(message: RefusedMessage, now: datetime) -> tuple[list[Row], list[tuple[object, ...]]]:
    """The events of a message, and of a batch those messages that are still wrong. Raises Refusal."""
    raw = message.body.encode()
    around = message.around
    envelope = Envelope(
        received_at=message.received_at,
        source=message.source,
        is_public=message.source in find_public_sources(),
        type=around.get("type", ""),
        sent_at=around.get("sentAt"),
        context=around.get("context"),
    )
    if envelope.type or not _is_batch(raw):
        return [make_row(read_message(raw, envelope), now.isoformat())], []
    batch = read_batch(raw)
    envelope = replace(envelope, sent_at=batch.sent_at, context=batch.context)
    good, wrong = list[Row](), list[tuple[object, ...]]()
    for each in batch.batch:
        try:
            good.append(make_row(read_message(each, envelope), now.isoformat()))
        except Refusal as refusal:
            wrong.append(keep(each, envelope, refusal))
    return good, wrong


def _is_batch(raw: bytes) -> bool:
    try:
        told = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(told, dict) and "batch" in told
