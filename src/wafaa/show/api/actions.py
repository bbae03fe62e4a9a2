"""Doing a request once, however often it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from wafaa.access.keys.models import ApiKey
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.show.api.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from wafaa.show.api.models import RememberedAnswer

REMEMBERED_FOR = timedelta(hours=24)
# A duplicate waits for the first one's answer, but does not hold one of the few threads for long.
PATIENCE_MS = 3_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: str
    is_replayed: bool = False


def answer_once(*, key: ApiKey, name: str, fingerprint: str, perform: Callable[[], Answer]) -> Answer:
    """What `perform` answers; on a repeat within 24 hours its first answer, and it is not called.

    Its effects and the answer commit together. Where it raises, nothing is kept and the request may be sent again. Two at
    the same time: the second waits for the first. Raises IdempotencyKeyReused, IdempotencyKeyInUse.
    """
    with transaction.atomic():
        if not _claim(key, name, fingerprint):
            return _recall(key, name, fingerprint)
        answer = perform()
        RememberedAnswer.objects.filter(api_key=key, name=name).update(status=answer.status, body=answer.body)
        return answer


def forget_answers() -> int:
    """Deletes what is older than a day; how many there were."""
    return RememberedAnswer.objects.filter(created_at__lt=clock.now() - REMEMBERED_FOR).delete()[0]


def forget_person(*, names_person: Callable[[str], bool]) -> int:
    """Deletes the answers that name somebody, before their day is over; how many there were."""
    doomed = [pk for pk, body in RememberedAnswer.objects.values_list("pk", "body") if names_person(body)]
    return RememberedAnswer.objects.filter(pk__in=doomed).delete()[0]


def _claim(key: ApiKey, name: str, fingerprint: str) -> bool:
    """Whether this transaction is the one that does the work."""
    now = clock.now()
    values: dict[str, Any] = {"api_key": key.pk, "name": name, "fingerprint": fingerprint, "now": now}
    try:
        _wait_at_most(PATIENCE_MS)
        RememberedAnswer.objects.filter(api_key=key, name=name, created_at__lt=now - REMEMBERED_FOR).delete()
        with connection.cursor() as cursor:
            cursor.execute(load_sql("wafaa.show.api", "claim_answer"), values)
            claimed = cursor.fetchone() is not None
        _wait_at_most(0)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise IdempotencyKeyInUse from error
        raise
    return claimed


def _recall(key: ApiKey, name: str, fingerprint: str) -> Answer:
    kept = RememberedAnswer.objects.filter(api_key=key, name=name).first()
    if kept is None:  # it aged out in between
        raise IdempotencyKeyInUse
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return Answer(status=kept.status, body=kept.body, is_replayed=True)


def _wait_at_most(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.show.api", "set_lock_patience"), {"milliseconds": milliseconds})
