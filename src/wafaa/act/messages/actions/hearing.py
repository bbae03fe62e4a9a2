"""What providers tell us: kept as it came before it is answered, read afterwards, in any order and however often."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F

from wafaa.act.messages.actions.wording import apply_words
from wafaa.act.messages.back import Heard, Unsigned, Word
from wafaa.act.messages.channels.carriers import Account, Carrier, open_account
from wafaa.act.messages.channels.registry import find_carrier
from wafaa.act.messages.models import Callback, Provider
from wafaa.kit import clock
from wafaa.kit.sealing import SealBroken

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=14)
_PRUNED_AT_ONCE = 5_000
# What reading needs of the headers; what proves who it is from is not kept.
_KEPT_HEADERS = frozenset({"content-type", "webhook-id", "svix-id"})
_NEVER_KEPT_OF_QUERY = frozenset({"key"})


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one request said, and who said it."""

    callback: Callback
    words: Sequence[Word]


def open_hook(provider: Provider) -> tuple[Carrier, Account]:
    """Raises Unsigned where nobody could prove anything: the carrier is not known any more, or its secrets are lost."""
    carrier = find_carrier(provider.kind)
    if carrier is None:
        raise Unsigned("carrier")
    try:
        return carrier, open_account(provider)
    except SealBroken as error:
        raise Unsigned("secret_unreadable") from error


def take_callback(*, provider: Provider, carrier: Carrier, account: Account, heard: Heard) -> bool:
    """Keeps a rightly signed request; whether it was new. When this returns, that is durable. Raises Unsigned and counts it."""
    try:
        carrier.verify(account, heard)
    except (Unsigned, ValueError) as error:
        note_refusal(provider=provider, why=error.why if isinstance(error, Unsigned) else "unreadable")
        raise Unsigned from error
    query = {name: value for name, value in heard.query.items() if name not in _NEVER_KEPT_OF_QUERY}
    try:
        with transaction.atomic():
            Callback.objects.create(
                provider=provider,
                digest=_digest(heard, query),
                received_at=heard.at,
                method=heard.method,
                query=_write_query(query),
                headers={name: value for name, value in heard.headers.items() if name in _KEPT_HEADERS},
                body=heard.body,
            )
            Provider.objects.filter(pk=provider.pk).update(
                received=F("received") + 1, last_received_at=heard.at
            )
    except IntegrityError:
        return False  # it came before
    return True


def note_refusal(*, provider: Provider, why: str) -> None:
    """Of what is not signed nothing is kept but that it came: anybody may send it."""
    Provider.objects.filter(pk=provider.pk).update(
        refused=F("refused") + 1, last_refused_at=clock.now(), last_refusal=why[:40]
    )


def _digest(heard: Heard, query: dict[str, str]) -> UUID:
    """Of all that it says: two that say the same are one. Ids of events stand in it, and differ between repeats at some."""
    told = "\0".join([heard.method, _write_query(query), heard.headers.get("webhook-id", "")]).encode()
    return UUID(hashlib.sha256(told + b"\0" + heard.body).hexdigest()[:32])


def _write_query(query: dict[str, str]) -> str:
    return urlencode(sorted(query.items()))


def handle_callbacks(*, limit: int = 200) -> int:
    """Reads up to `limit` requests that nobody has read; returns how many. What cannot be read is noted and left."""
    try:
        return _handle(limit)
    except (OperationalError, InterfaceError):
        raise  # the database is away, or two met: all is read again
    except Exception:
        log.exception("what providers told could not be noted together; one at a time")
    return sum(_handle_one() for _each in range(limit))


def _handle_one() -> int:
    """One request; where it cannot be noted it is left, so that it does not stop the others."""
    try:
        return _handle(1)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("what a provider told could not be noted")
        _leave_first(error)
        return 1


@transaction.atomic
def _leave_first(error: Exception) -> None:
    """Noted as it failed, so that the others go on; it can be read again by hand."""
    claimed = _claim(1)
    for one in claimed:
        _settle(one, words=0, error=type(error).__name__)
    _save(claimed)


@transaction.atomic
def _handle(limit: int) -> int:
    claimed = _claim(limit)
    if not claimed:
        return 0
    opened = _open_all({one.provider_id for one in claimed})
    said: list[Said] = []
    for callback in claimed:
        words, error = _read(callback, opened.get(callback.provider_id))
        if error:
            _settle(callback, words=0, error=error)
        else:
            said.append(Said(callback=callback, words=words))
    about = apply_words(
        [
            (one.callback.pk, opened[one.callback.provider_id].carrier.channel, word)
            for one in said
            for word in one.words
        ]
    )
    for one in said:
        one.callback.customers = sorted(about.get(one.callback.pk, ()))
        _settle(one.callback, words=len(one.words))
    _save(claimed)
    return len(claimed)


def _claim(limit: int) -> list[Callback]:
    waiting = Callback.objects.select_for_update(skip_locked=True).filter(handled_at=None)
    return list(waiting.order_by("id")[:limit])


@dataclass(frozen=True, kw_only=True)
class Opened:
    carrier: Carrier
    account: Account


def _open_all(provider_ids: Iterable[int]) -> dict[int, Opened]:
    found = {}
    for provider in Provider.objects.filter(pk__in=set(provider_ids)):
        try:
            carrier, account = open_hook(provider)
        except Unsigned:
            continue
        found[provider.pk] = Opened(carrier=carrier, account=account)
    return found


def _read(callback: Callback, opened: Opened | None) -> tuple[list[Word], str]:
    """Its words, or why there are none."""
    if opened is None:
        return [], "secret_unreadable"
    heard = Heard(
        method=callback.method,
        url=opened.account.hook,
        query=dict(parse_qsl(callback.query, keep_blank_values=True)),
        headers=callback.headers,
        body=bytes(callback.body),
        at=callback.received_at,
    )
    try:
        return opened.carrier.read(opened.account, heard), ""
    except Exception as error:
        # forms change without notice; the type and the field only, since a message may quote what a person wrote
        field = str(error)[:60] if isinstance(error, KeyError) else ""
        return [], f"{type(error).__name__} {field}".strip()


def _settle(one: Callback, *, words: int, error: str = "") -> None:
    one.handled_at, one.words, one.error = clock.now(), words, error[:200]


def _save(callbacks: Sequence[Callback]) -> None:
    Callback.objects.bulk_update(callbacks, ["handled_at", "words", "error", "customers"])


def read_failed_again(*, provider: Provider) -> int:
    """Those that could not be read are read once more, as after an update that knows their form. Returns how many."""
    return provider.callbacks.exclude(error="").update(handled_at=None, error="")


def prune_callbacks() -> int:
    """Forgets what was told fourteen days ago. Returns how many requests went."""
    before, gone = clock.now() - KEPT_FOR, 0
    while ids := list(
        Callback.objects.filter(received_at__lt=before).values_list("pk", flat=True)[:_PRUNED_AT_ONCE]
    ):
        gone += Callback.objects.filter(pk__in=ids).delete()[0]
    return gone
