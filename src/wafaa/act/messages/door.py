"""What the shop's pages ask of messages, below /v1: the inbox, push subscriptions, what notifications tell.

Open to pages of any origin and without cookies: the key says which shop asks, the token who is before the page. Everything is
asked by POST with a plain text body, so that browsers don't ask first whether they may, and no token stands in an address.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation

from wafaa.access.keys.actions import authenticate_key, require_scope
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.rules import Scope
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.act.messages.actions.onsite import (
    check_browser,
    end_subscription,
    note_delivered,
    note_opened,
    open_inbox,
    read_entries,
    subscribe,
)
from wafaa.act.messages.back import Back
from wafaa.act.messages.errors import SubscriptionWrong, UserUnproven
from wafaa.act.messages.links import Use, read_token
from wafaa.act.messages.models import InboxEntry
from wafaa.act.messages.proving import read_user
from wafaa.act.messages.push_keys import get_public_key
from wafaa.act.messages.queries import find_message
from wafaa.act.messages.rendering.rules import is_rtl
from wafaa.act.messages.subscriptions import read_subscription
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject, read_client
from wafaa.kit.errors import BodyBroken, BodyTooLarge, WafaaError
from wafaa.kit.trouble import explain
from wafaa.know.consents.rules import VERSION_MAX, Purpose, Unreadable, read_purpose

log = logging.getLogger(__name__)

PREFIXES = ("/v1/inbox", "/v1/push")
BODY_BYTES_MAX = 16_384
# A page asks when it opens and once a minute; somebody with ten tabs has room.
ASKING = Limit(name="inbox", burst=60, every_s=2)
# Tokens are signed: who tries them is a guesser, or a shop whose server signs wrongly and hears it here.
WRONG_TOKENS = Limit(name="wrong_user_tokens", burst=30, every_s=10)
# A notification tells twice at most; a household shares an address.
TELLING = Limit(name="push_telling", burst=100, every_s=1)
RETRY_AFTER_S = 5
PURPOSES_MAX = 5
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class _Keys(msgspec.Struct, frozen=True):
    p256dh: str = ""
    auth: str = ""


class _Subscription(msgspec.Struct, frozen=True, rename="camel"):
    """As PushSubscription.toJSON() gives it; the expiry in milliseconds."""

    endpoint: str = ""
    expiration_time: float | None = None
    keys: _Keys = _Keys()


class Asked(msgspec.Struct, rename="camel"):
    """Every body; each address reads what it needs."""

    write_key: str = ""
    user_token: str = ""
    version: str = ""
    ids: list[UUID] = []
    subscription: _Subscription = _Subscription()
    endpoint: str = ""
    why: str = ""
    purposes: list[str] = msgspec.field(default_factory=lambda: [Purpose.MARKETING.value])
    language: str = ""
    place: str = ""
    text_version: str = ""


_ASKED = msgspec.json.Decoder(Asked)


def is_asking(path: str) -> bool:
    """Whether an address is one of these."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in PREFIXES)


def answer(request: HttpRequest) -> HttpResponse:
    """To any address of which is_asking holds."""
    if request.method == "OPTIONS":
        return _reply(None, HTTPStatus.NO_CONTENT)
    if request.method != "POST":
        return _reply(None, HTTPStatus.METHOD_NOT_ALLOWED)
    try:
        return _answer(request)
    except Exception as error:
        return _say(error)


def _answer(request: HttpRequest) -> HttpResponse:
    path = request.path_info
    for prefix, kind in _WORDS.items():
        if path.startswith(prefix):
            return _take_word(request, path.removeprefix(prefix), kind)
    deed = _DEEDS.get(path)
    if deed is None:
        return _reply({"success": False, "code": "not_found"}, HTTPStatus.NOT_FOUND)
    asked = _read(request)
    key = _find_key(request, asked.write_key)
    return _reply(deed(request, asked, key))


def _read(request: HttpRequest) -> Asked:
    """Raises BodyTooLarge, BodyBroken."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or len(length) > 9 or int(length) > BODY_BYTES_MAX:
        raise BodyTooLarge(limit=BODY_BYTES_MAX)
    try:
        return _ASKED.decode(request.body)
    except (
        msgspec.MsgspecError,
        UnicodeDecodeError,
        RecursionError,
        UnreadablePostError,
        RawPostDataException,
    ) as error:
        raise BodyBroken from error


def _find_key(request: HttpRequest, write_key: str) -> ApiKey:
    """Raises the errors of authenticate_key, ScopeMissing."""
    authorization = f"Bearer {write_key}" if write_key else ""
    key = authenticate_key(authorization=authorization, address=read_client(request))
    require_scope(key, Scope.INGEST)
    return key


def _prove(request: HttpRequest, asked: Asked, key: ApiKey) -> str:
    """Raises UserUnproven, UserTokenExpired, TooManyAttempts."""
    try:
        distinct_id = read_user(asked.user_token, public_id=key.public_id, now=clock.now())
    except UserUnproven:
        take(WRONG_TOKENS, limit_subject(read_client(request)))
        raise
    take(ASKING, distinct_id)
    return distinct_id


def _show(request: HttpRequest, asked: Asked, key: ApiKey) -> dict[str, Any]:
    """`version` changes when anything that is shown does: a page that has it hears nothing more."""
    entries = open_inbox(distinct_id=_prove(request, asked, key))
    shown = {
        "entries": [_describe(one) for one in entries],
        "unread": sum(one.read_at is None for one in entries),
        "push": {"key": get_public_key()},
    }
    version = hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]
    if asked.version == version:
        return {"version": version, "unchanged": True}
    return {"version": version, **shown}


def _describe(entry: InboxEntry) -> dict[str, Any]:
    return {
        "id": str(entry.message.uuid),
        "title": entry.title,
        "text": entry.text,
        "url": entry.url,
        "language": entry.language,
        "direction": "rtl" if is_rtl(entry.language) else "ltr",
        "at": entry.at.isoformat(timespec="seconds"),
        "expiresAt": entry.expires_at.isoformat(timespec="seconds"),
        "isRead": entry.read_at is not None,
    }


def _note_read(request: HttpRequest, asked: Asked, key: ApiKey) -> dict[str, Any]:
    read_entries(distinct_id=_prove(request, asked, key), uuids=asked.ids, agent=_name_agent(request))
    return {"success": True}


def _subscribe(request: HttpRequest, asked: Asked, key: ApiKey) -> dict[str, Any]:
    distinct_id = _prove(request, asked, key)
    told = read_subscription(
        asked.subscription.endpoint,
        p256dh=asked.subscription.keys.p256dh,
        auth=asked.subscription.keys.auth,
        expiration_ms=asked.subscription.expiration_time,
    )
    subscribe(
        distinct_id=distinct_id,
        endpoint=told.endpoint,
        p256dh=told.p256dh,
        auth=told.auth,
        expires_at=told.expires_at,
        source=f"key:{key.public_id}",
        purposes=_read_purposes(asked),
        language=_clean(asked.language),
        place=_clean(asked.place),
        text_version=_clean(asked.text_version)[:VERSION_MAX],
    )
    return {"success": True}


def _check(request: HttpRequest, asked: Asked, key: ApiKey) -> dict[str, Any]:
    return {"subscribed": check_browser(distinct_id=_prove(request, asked, key), endpoint=asked.endpoint)}


def _end(request: HttpRequest, asked: Asked, key: ApiKey) -> dict[str, Any]:
    """Also for who has signed out meanwhile: that the endpoint is known says that it is this browser."""
    take(TELLING, limit_subject(read_client(request)))
    why = "signed_out" if asked.why == "signed_out" else "stopped"
    ended = end_subscription(endpoint=asked.endpoint, why=why, purposes=_read_purposes(asked))
    return {"success": True, "ended": ended}


def _clean(text: str) -> str:
    """PostgreSQL keeps no zero letter."""
    return text.replace("\x00", "")


def _read_purposes(asked: Asked) -> set[str]:
    """What the button said that it is for. Raises SubscriptionWrong."""
    try:
        return {read_purpose(one) for one in asked.purposes[:PURPOSES_MAX]}
    except Unreadable as error:
        raise SubscriptionWrong from error


_WORDS = {"/v1/push/delivered/": Back.DELIVERED, "/v1/push/opened/": Back.OPENED}
_DEEDS: Mapping[str, Callable[[HttpRequest, Asked, ApiKey], dict[str, Any]]] = {
    "/v1/inbox": _show,
    "/v1/inbox/read": _note_read,
    "/v1/push": _subscribe,
    "/v1/push/check": _check,
    "/v1/push/end": _end,
}


def _take_word(request: HttpRequest, token: str, kind: Back) -> HttpResponse:
    """Of a browser that showed a notification, whoever is signed in there by now: the token names the message alone."""
    take(TELLING, limit_subject(read_client(request)))
    found = read_token(Use.RECEIPT, token)
    message = find_message(found[0]) if found and len(found) == 1 else None
    if message is None:
        return _reply({"success": False, "code": "not_found"}, HTTPStatus.NOT_FOUND)
    if kind is Back.DELIVERED:
        note_delivered(messages=[message], at=clock.now())
    else:
        note_opened(messages=[message], agent=_name_agent(request), at=clock.now())
    return _reply({"success": True})


def _name_agent(request: HttpRequest) -> str:
    return request.headers.get("user-agent", "")


def _say(error: Exception) -> HttpResponse:
    known = explain(error) or (error if isinstance(error, WafaaError) else None)
    if known is None or known.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("a page's request for messages failed", exc_info=error)
    if known is None:
        return _reply({"success": False, "code": "internal_error"}, HTTPStatus.INTERNAL_SERVER_ERROR)
    with translation.override("en"):
        reply = _reply({"success": False, "code": known.code, "message": str(known)}, known.status)
    if known.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        reply["Retry-After"] = str(known.facts.get("retry_after_s", RETRY_AFTER_S))
    return reply


def _reply(content: Any, status: int = HTTPStatus.OK) -> HttpResponse:
    body = b"" if content is None else msgspec.json.encode(content)
    response = HttpResponse(body, status=status, headers=_HEADERS, content_type="application/json")
    # Django writes addresses that were refused to the log, and some of these hold a token
    response._has_been_logged = True  # type: ignore[attr-defined]  # what its log_response asks
    return response
