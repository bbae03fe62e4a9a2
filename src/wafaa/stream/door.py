"""The ingest API: Segment's addresses under /v1, whoever hands a request on; nothing here knows Django's requests.

A request holds no connection of the database: its key is looked up beside it, its events are written by a writer.
"""

import logging
import re
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import translation

from wafaa.access.keys.actions import authenticate_key, find_trusted_key, require_scope
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.rules import Scope, name_source
from wafaa.kit import clock
from wafaa.kit.addresses import find_client
from wafaa.kit.errors import BodyBroken, BodyTooLarge, WafaaError
from wafaa.kit.trouble import explain
from wafaa.stream.ingest import Taken, refuse_as_a_whole, take_in
from wafaa.stream.messages import BATCH_BYTES_MAX, EVENT_BYTES_MAX, Envelope, Refusal, is_clean, read_batch
from wafaa.stream.waiting import SENDERS, read_wait

log = logging.getLogger(__name__)

_KINDS = ("identify", "track", "page", "screen", "group", "alias")
SINGLE = {f"/v1/{kind}": kind for kind in _KINDS} | {f"/v1/{kind[0]}": kind for kind in _KINDS}
SEVERAL = frozenset({"/v1/batch", "/v1/b", "/v1/import"})
# Where the browser library tells how it fares; nobody here asks, but it shall not try again.
_METRICS = "/v1/m"
# What the browser library asks for before it sends anything.
_SETTINGS = re.compile(r"/v1/projects/([^/]{1,200})/settings")
# Any page may send with an ingest key: the key is what is checked, no cookie counts here.
_HEADERS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Content-Encoding, Prefer, X-Retry-Count"),
    ("Access-Control-Expose-Headers", "Preference-Applied"),
    ("Access-Control-Max-Age", "86400"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]
RETRY_AFTER_S = 5
# Keys that this process has not checked lately are looked up here, one after the other.
_LOOKUPS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keys")


@dataclass(kw_only=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: list[tuple[str, str]]


class _MessageKey(msgspec.Struct, rename="camel"):
    write_key: str | None = None


class _Key(msgspec.Struct, rename="camel"):
    """Where browsers put the key, which send no Authorization header: beside the batch, or in each of its messages."""

    write_key: str | None = None
    batch: list[_MessageKey] = []


_KEYS = msgspec.json.Decoder(_Key)


def is_sending(path: str) -> bool:
    """Whether an address takes events in."""
    return path in SINGLE or path in SEVERAL or path == _METRICS


def find_settings_key(path: str) -> str | None:
    """The key in the address of the browser library's settings; None for other addresses."""
    found = _SETTINGS.fullmatch(path)
    return found[1] if found else None


def answer(environ: Mapping[str, Any], path: str, read: Callable[[int], bytes]) -> Reply:
    """To an address that takes events in. `environ` as WSGI has it; `read` gives the body, up to so many bytes."""
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return reply_empty(HTTPStatus.NO_CONTENT)
    if method != "POST":
        return reply_empty(HTTPStatus.METHOD_NOT_ALLOWED)
    if path == _METRICS:
        return _reply({"success": True})
    try:
        return _take(environ, path, read)
    except Exception as error:
        return _say(error)


def answer_settings(environ: Mapping[str, Any], key: str, *, host: str, scheme: str) -> Reply:
    """Only that the library may start, and that it shall speak to us: nothing of the key is told."""
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return reply_empty(HTTPStatus.NO_CONTENT)
    if environ["REQUEST_METHOD"] != "GET":
        return reply_empty(HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        _authenticate(environ, f"Bearer {key}")
    except Exception as error:
        return _say(error)
    ours = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme}
    told = {
        "integrations": {"Segment.io": ours},
        "plan": {"track": {"__default": {"enabled": True}}},
        # without this it tells Segment itself how it fares on the shop's pages
        "metrics": {"host": f"{host}/v1", "sampleRate": 0},
    }
    return _reply(told)


def reply_empty(status: HTTPStatus) -> Reply:
    return Reply(status=status, body=b"", headers=_HEADERS)


def _take(environ: Mapping[str, Any], path: str, read: Callable[[int], bytes]) -> Reply:
    kind = SINGLE.get(path, "")
    body = _read_body(environ, read, EVENT_BYTES_MAX if kind else BATCH_BYTES_MAX)
    key = _authenticate(environ, environ.get("HTTP_AUTHORIZATION") or _find_key(body))
    # of each key apart: what one sends writes over no order of another, and can be taken back as a whole
    plain = Envelope(
        received_at=clock.now(), source=name_source(key.public_id), is_public=key.is_public, type=kind
    )
    wait_s = read_wait(environ.get("HTTP_PREFER", ""))
    if kind:
        taken = take_in([body], plain)
        return _tell(taken, HTTPStatus.BAD_REQUEST) if taken.refused else _tell_when_handled(taken, wait_s)
    try:
        batch = read_batch(body)
    except Refusal as refusal:
        return _tell(refuse_as_a_whole(body, plain, refusal), HTTPStatus.BAD_REQUEST)
    around = replace(plain, sent_at=batch.sent_at, context=batch.context, is_clean=is_clean(body))
    return _tell_when_handled(take_in(batch.batch, around), wait_s)


def _tell_when_handled(taken: Taken, wait_s: float | None) -> Reply:
    """200 when all lasts and, where that was asked for, its effects are visible; 202 where they are not yet."""
    if wait_s is None:
        return _tell(taken, HTTPStatus.OK)
    if not SENDERS.wait_until_handled(wait_s):
        return _tell(taken, HTTPStatus.ACCEPTED)
    reply = _tell(taken, HTTPStatus.OK)
    reply.headers.append(("Preference-Applied", "wait"))
    return reply


def _authenticate(environ: Mapping[str, Any], authorization: str) -> ApiKey:
    """Raises the errors of authenticate_key, ScopeMissing."""
    key = find_trusted_key(authorization)
    if key is None:
        address = find_client(
            environ.get("REMOTE_ADDR", ""),
            environ.get("HTTP_X_FORWARDED_FOR", ""),
            proxies=settings.TRUSTED_PROXIES,
        )
        ask = partial(authenticate_key, authorization=authorization, address=address)
        key = ask() if connection.in_atomic_block else _LOOKUPS.submit(_look_up, ask).result()
    require_scope(key, Scope.INGEST)
    return key


def _look_up(ask: Callable[[], ApiKey]) -> ApiKey:
    close_old_connections()  # as before a request: the server may have gone since the last one
    return ask()


def _read_body(environ: Mapping[str, Any], read: Callable[[int], bytes], limit: int) -> bytes:
    """Unpacked and within the limit. Raises BodyTooLarge, BodyBroken."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > limit:
        raise BodyTooLarge(limit=limit)
    body = read(limit + 1)
    if environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() == "gzip":
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = unpacking.decompress(body, limit + 1)
        except zlib.error as error:
            raise BodyBroken from error
    if len(body) > limit:
        raise BodyTooLarge(limit=limit)
    return body


def _find_key(body: bytes) -> str:
    """As an Authorization header would carry it; "" where the body names none, or its messages name several."""
    try:
        told = _KEYS.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    keys = {told.write_key} if told.write_key else {message.write_key for message in told.batch}
    key = keys.pop() if len(keys) == 1 else None
    return f"Bearer {key}" if key else ""


def _tell(taken: Taken, status: HTTPStatus) -> Reply:
    told: dict[str, Any] = {"success": status != HTTPStatus.BAD_REQUEST}
    if taken.refused:
        told["refused"] = [
            {"index": index, "reason": refusal.reason, "detail": refusal.detail}
            for index, refusal in taken.refused
        ]
    return _reply(told, status)


def _say(error: Exception) -> Reply:
    """Client libraries drop a batch at 400 and try again at 429 and 5xx: the status decides what is lost."""
    known = explain(error) or (error if isinstance(error, WafaaError) else None)
    if known is None or known.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("an ingest request failed", exc_info=error)
    if known is None:
        return _reply({"success": False, "code": "internal_error"}, HTTPStatus.INTERNAL_SERVER_ERROR)
    with translation.override("en"):
        reply = _reply({"success": False, "code": known.code, "message": str(known)}, known.status)
    if known.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        reply.headers.append(("Retry-After", str(known.facts.get("retry_after_s", RETRY_AFTER_S))))
    return reply


def _reply(content: dict[str, Any], status: int = HTTPStatus.OK) -> Reply:
    return Reply(
        status=status,
        body=msgspec.json.encode(content),
        headers=[*_HEADERS, ("Content-Type", "application/json")],
    )
