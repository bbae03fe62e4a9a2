"""Doing a request once, however often it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from wafaa.access.keys.models import ApiKey
from wafaa.kit import clock
from wafaa.kit.sql import fetch_prepared, load_sql
from wafaa.show.api.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from wafaa.show.api.models import RememberedAnswer

REMEMBERED_FOR = timedelta(hours=24)


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
    place: dict[str, Any] = {"api_key": key.pk, "name": name}
    with transaction.atomic():
        if kept := _claim(place, fingerprint):
            return kept
        answer = perform()
        fetch_prepared(
            load_sql("wafaa.show.api", "keep_answer"), {**place, "status": answer.status, "body": answer.body}
        )
        return answer


def forget_answers() -> int:
    """Deletes what is older than a day; how many there were."""
    return RememberedAnswer.objects.filter(created_at__lt=clock.now() - REMEMBERED_FOR).delete()[0]


def forget_person(*, names_person: Callable[[str], bool]) -> int:
    """Deletes the answers that name somebody, before their day is over; how many there were."""
    doomed = [pk for pk, body in RememberedAnswer.objects.values_list("pk", "body") if names_person(body)]
    return RememberedAnswer.objects.filter(pk__in=doomed).delete()[0]


def _claim(place: Mapping[str, Any], fingerprint: str) -> Answer | None:
    """The answer that was given before; None where this transaction is the one that does the work."""
    now = clock.now()
    values = {**place, "fingerprint": fingerprint, "now": now, "aged": now - REMEMBERED_FOR}
    try:
        told = fetch_prepared(load_sql("wafaa.show.api", "claim_answer"), values)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise IdempotencyKeyInUse from error
        raise
    assert told is not None
    is_claimed, kept, status, body = told
    if is_claimed:
        return None
    if kept is None:  # it aged out in between
        raise IdempotencyKeyInUse
    if kept != fingerprint:
        raise IdempotencyKeyReused
    return Answer(status=status, body=body, is_replayed=True)
