"""One request to /v1, from its limits to its headers. The framework behind it is loaded with the first one."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from wafaa.kit.errors import BodyTooLarge
from wafaa.show.api.actions import Answer, answer_once
from wafaa.show.api.errors import (
    AddressTooLong,
    IdempotencyKeyWrong,
    MethodNotAllowed,
    NothingHere,
    NotJson,
)
from wafaa.show.api.problems import find_error, say_problem
from wafaa.show.api.rules import (
    ADDRESS_BYTES_MAX,
    BODY_BYTES_MAX,
    OWN_WAY,
    UNSAFE_METHODS,
    choose_language,
    fingerprint_request,
    is_idempotency_key,
    is_json,
)
from wafaa.show.api.validation import refuse_parameters
from wafaa.stream.waiting import OTHERS, read_wait

DOCUMENT = "/v1/openapi.json"
# An answer that a browser shows by itself loads nothing and stands in no frame.
POLICY = "default-src 'none'; frame-ancestors 'none'"


def answer(request: HttpRequest) -> HttpResponse:
    """Always an answer in JSON: what went wrong is told as problem+json, never raised."""
    language = choose_language(request.headers.get("Accept-Language", ""))
    with translation.override(language), timezone.override(None):
        try:
            _check_limits(request)
            response = _answer_document() if request.path_info == DOCUMENT else _answer_operation(request)
            _wait_for_effects(request, response)
        except Exception as error:
            response = say_problem(find_error(error))
        response = _answer_unchanged(request, response)
    response["Content-Language"] = language
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = POLICY
    patch_vary_headers(response, ("Authorization", "Accept-Language"))
    if response.content:  # else the server would send it in chunks
        response["Content-Length"] = str(len(response.content))
    return response


def _check_limits(request: HttpRequest) -> None:
    """Before anything is read. Raises DisallowedHost, AddressTooLong, BodyTooLarge, NotJson."""
    meta = request.META
    request.get_host()
    if len(request.path_info) + len(meta.get("QUERY_STRING", "")) > ADDRESS_BYTES_MAX:
        raise AddressTooLong(limit=ADDRESS_BYTES_MAX)
    if request.method not in UNSAFE_METHODS:
        return
    length = str(meta.get("CONTENT_LENGTH") or "0")
    if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > BODY_BYTES_MAX:
        raise BodyTooLarge(limit=BODY_BYTES_MAX)
    is_plain = request.headers.get("Content-Encoding", "identity").strip().lower() == "identity"
    if int(length) and not (is_json(str(meta.get("CONTENT_TYPE", ""))) and is_plain):
        raise NotJson


def _answer_document() -> HttpResponse:
    import msgspec

    from wafaa.show.api.api import get_document

    return HttpResponse(msgspec.json.encode(get_document()), content_type="application/json")


def _answer_operation(request: HttpRequest) -> HttpResponse:
    """Raises NothingHere, MethodNotAllowed and whatever the operation raises."""
    from wafaa.show.api.api import get_resolver, list_parameters

    try:
        match = get_resolver().resolve(request.path_info)
    except Resolver404 as error:
        raise NothingHere from error
    if unknown := [name for name in request.GET if name not in list_parameters(match.route)]:
        raise refuse_parameters(unknown)

    def perform() -> HttpResponse:
        response = cast("HttpResponse", match.func(request, *match.args, **match.kwargs))
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"] + (", HEAD" if "GET" in response["Allow"] else "")
            raise MethodNotAllowed(method=request.method, allowed=allowed)
        return response

    if request.method == "HEAD":
        request.method = "GET"  # the server leaves the body out
    name = request.headers.get("Idempotency-Key")
    if request.method not in UNSAFE_METHODS or (name is None and match.route not in OWN_WAY):
        return perform()
    if name is not None and not is_idempotency_key(name):
        raise IdempotencyKeyWrong
    if match.route in OWN_WAY:
        request.waits_itself = True  # type: ignore[attr-defined]
        return perform()
    return _perform_once(request, str(name), perform)


def _perform_once(request: HttpRequest, name: str, perform: Callable[[], HttpResponse]) -> HttpResponse:
    """The key is checked outside of the transaction, so that counting a wrong one outlives it."""
    from wafaa.access.keys.api import identify_key

    key = identify_key(request)
    address = request.get_full_path().encode()
    fingerprint = fingerprint_request([str(request.method).encode(), address, request.body])

    def do() -> Answer:
        response = perform()
        return Answer(status=response.status_code, body=response.content.decode())

    told = answer_once(key=key, name=name, fingerprint=fingerprint, perform=do)
    response = HttpResponse(told.body, status=told.status, content_type="application/json")
    if told.is_replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def _wait_for_effects(request: HttpRequest, response: HttpResponse) -> None:
    """`Prefer: wait` on a change: answered when everybody has handled it, or with 202 (RFC 7240)."""
    seconds = read_wait(request.headers.get("Prefer", ""))
    is_done = HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES
    if seconds is None or not is_done or request.method not in UNSAFE_METHODS:
        return
    if getattr(request, "waits_itself", False):
        return
    if OTHERS.wait_until_handled(seconds):
        response["Preference-Applied"] = "wait"
    elif response.status_code != HTTPStatus.NO_CONTENT:
        response.status_code = HTTPStatus.ACCEPTED


def _answer_unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 for whoever has this very answer; every good read carries its ETag."""
    if request.method not in {"GET", "HEAD"} or response.status_code != HTTPStatus.OK:
        return response
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response["ETag"] = etag
    return cast("HttpResponse", get_conditional_response(request, etag=etag, response=response))
