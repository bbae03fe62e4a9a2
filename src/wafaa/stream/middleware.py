"""The ingest API: Segment's addresses under /v1, answered before sessions, cookies and forms."""

import logging
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation

from wafaa.access.keys.actions import authenticate_key, require_scope
from wafaa.access.keys.rules import Scope
from wafaa.kit import clock
from wafaa.kit.addresses import read_client
from wafaa.kit.errors import WafaaError
from wafaa.kit.trouble import explain
from wafaa.stream.ingest import Taken, refuse_as_a_whole, take_in
from wafaa.stream.messages import BATCH_BYTES_MAX, EVENT_BYTES_MAX, Envelope, Refusal, read_batch

log = logging.getLogger(__name__)

SINGLE = {
    **{f"/v1/{kind}": kind for kind in ("identify", "track", "page", "screen", "group", "alias")},
    **{f"/v1/{kind[0]}": kind for kind in ("identify", "track", "page", "screen", "group", "alias")},
}
SEVERAL = frozenset({"/v1/batch", "/v1/b", "/v1/import"})
# What the browser library asks for before it sends anything.
_SETTINGS = re.compile(r"/v1/projects/(\w{1,200})/settings")
# Any page may send with an ingest key: the key is what is checked, no cookie counts here.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding",
    "Access-Control-Max-Age": "86400",
}
RETRY_AFTER_S = 5


class _Key(msgspec.Struct, rename="camel"):
    """Where browsers put the key, which send no Authorization header."""

    write_key: str | None = None


class BodyTooLarge(WafaaError):
    code = "body_too_large"
    status = 413
    message = "A body may have {limit} bytes at most."


class BodyBroken(WafaaError):
    code = "body_broken"
    message = "The body is not what its headers say."


class IngestMiddleware:
    """Answers the ingest addresses itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        settings = _SETTINGS.fullmatch(path)
        if path not in SINGLE and path not in SEVERAL and not settings:
            return self.get_response(request)
        if request.method == "OPTIONS":
            return _finish(HttpResponse(status=HTTPStatus.NO_CONTENT))
        if request.method != ("GET" if settings else "POST"):
            return _finish(HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED))
        with translation.override("en"):
            try:
                return _answer_settings(request, settings[1]) if settings else _answer(request)
            except Exception as error:
                return _say(error)


def _answer(request: HttpRequest) -> HttpResponse:
    path = request.path_info
    body = _read_body(request)
    key = authenticate_key(
        authorization=request.headers.get("Authorization", "") or _find_key(body),
        address=read_client(request),
    )
    require_scope(key, Scope.INGEST)
    # of each key apart: what one sends writes over no order of another, and can be taken back as a whole
    plain = Envelope(received_at=clock.now(), source=f"key:{key.public_id}", type=SINGLE.get(path, ""))
    if path in SINGLE:
        taken = take_in([body], plain)
        return _tell(taken, HTTPStatus.BAD_REQUEST if taken.refused else HTTPStatus.OK)
    try:
        batch = read_batch(body)
    except Refusal as refusal:
        return _tell(refuse_as_a_whole(body, plain, refusal), HTTPStatus.BAD_REQUEST)
    around = replace(plain, sent_at=batch.sent_at, context=batch.context)
    return _tell(take_in(batch.batch, around), HTTPStatus.OK)


def _answer_settings(request: HttpRequest, write_key: str) -> HttpResponse:
    """Only that the library may start, and that it shall speak to us: nothing of the key is told."""
    key = authenticate_key(authorization=f"Bearer {write_key}", address=read_client(request))
    require_scope(key, Scope.INGEST)
    host = {"apiKey": write_key, "apiHost": f"{request.get_host()}/v1", "protocol": request.scheme}
    return _finish(
        _json({"integrations": {"Segment.io": host}, "plan": {"track": {"__default": {"enabled": True}}}})
    )


def _read_body(request: HttpRequest) -> bytes:
    """Unpacked and within the limit. Raises BodyTooLarge, BodyBroken."""
    limit = EVENT_BYTES_MAX if request.path_info in SINGLE else BATCH_BYTES_MAX
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > limit:
        raise BodyTooLarge(limit=limit)
    try:
        body = request.body
    except (UnreadablePostError, RawPostDataException) as error:
        raise BodyBroken from error
    if request.headers.get("Content-Encoding", "").strip().lower() == "gzip":
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = unpacking.decompress(body, limit + 1)
        except zlib.error as error:
            raise BodyBroken from error
    if len(body) > limit:
        raise BodyTooLarge(limit=limit)
    return body


def _find_key(body: bytes) -> str:
    """As an Authorization header would carry it; "" where the body names none."""
    try:
        found = msgspec.json.decode(body, type=_Key).write_key
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return f"Bearer {found}" if found else ""


def _tell(taken: Taken, status: HTTPStatus) -> HttpResponse:
    told: dict[str, Any] = {"success": status == HTTPStatus.OK}
    if taken.refused:
        told["refused"] = [
            {"index": index, "reason": refusal.reason, "detail": refusal.detail}
            for index, refusal in taken.refused
        ]
    return _finish(_json(told, status))


def _say(error: Exception) -> HttpResponse:
    """Client libraries drop a batch at 400 and try again at 429 and 5xx: the status decides what is lost."""
    known = explain(error) or (error if isinstance(error, WafaaError) else None)
    if known is None or known.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("an ingest request failed", exc_info=error)
    if known is None:
        return _finish(_json({"success": False, "code": "internal_error"}, HTTPStatus.INTERNAL_SERVER_ERROR))
    response = _json({"success": False, "code": known.code, "message": str(known)}, known.status)
    if known.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["Retry-After"] = str(known.facts.get("retry_after_s", RETRY_AFTER_S))
    return _finish(response)


def _json(content: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)


def _finish(response: HttpResponse) -> HttpResponse:
    for name, value in _CORS.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response
