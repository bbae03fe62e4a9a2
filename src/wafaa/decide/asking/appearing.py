"""Which pop-ups a page of the shop shows, as the console's settings say; surveys.js asks.

A page hears of everybody's pop-ups. Of those for a segment it hears only where a token says who is before it that the shop's own
server signed (as the inbox wants it, decision 43), and that customer is a member: nobody learns who is in a segment by asking.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wafaa.access.keys.actions import authenticate_key, require_scope
from wafaa.access.keys.rules import Scope
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.decorators import public
from wafaa.act.messages.errors import UserTokenExpired, UserUnproven
from wafaa.act.messages.proving import read_user
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject, read_client
from wafaa.kit.errors import BodyBroken, BodyTooLarge, WafaaError
from wafaa.know.customers.models import DistinctId
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import list_segments, list_segments_of
from wafaa.listen.surveys.queries import PopUp, list_pop_ups, seal_person

# An audience that is a segment, before its id.
SEGMENT = "segment:"
BODY_BYTES_MAX = 8_192
# A change in the console is on every page after so long.
FRESH_S = 300
# A page asks when it opens; somebody with ten tabs has room.
ASKING = Limit(name="pop_ups", burst=60, every_s=2)
# Tokens are signed: who tries them is a guesser, or a shop whose server signs wrongly and hears it here.
WRONG_TOKENS = Limit(name="wrong_pop_up_tokens", burst=30, every_s=10)
# What a page is told of a pop-up; whom it is for it never hears, but for what it can see itself.
TOLD = ("language", "event", "path", "exit", "scroll", "after", "share", "quiet")
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class Asked(msgspec.Struct, rename="camel"):
    write_key: str = ""
    user_token: str = ""


_ASKED = msgspec.json.Decoder(Asked)


@public
@csrf_exempt  # asked by pages of other origins, without cookies; it changes nothing
@require_http_methods(["GET", "POST"])
def pop_ups(request: HttpRequest) -> HttpResponse:
    """GET for anybody, kept by browsers for a while; POST with the token of who is signed in at the shop."""
    if request.method == "GET":
        fresh = {"Cache-Control": f"public, max-age={FRESH_S}"}
        return _reply({"popups": choose_pop_ups(list_pop_ups(), customer_id=0)}, headers=fresh)
    try:
        customer_id, code = _find_reader(request)
    except WafaaError as error:
        with translation.override("en"):
            told = {"code": error.code, "message": str(error), "popups": []}
        return _reply(told, status=error.status)
    shown = {"popups": choose_pop_ups(list_pop_ups(), customer_id=customer_id)}
    return _reply({**shown, "code": code} if code else shown)


def choose_pop_ups(found: list[PopUp], *, customer_id: int) -> list[dict[str, Any]]:
    """Those for a visitor of whom nothing is known (0), or for that customer, whose answer it will be."""
    segments = _list_segments_of(customer_id) if customer_id else set()
    return [
        _describe(one, customer_id)
        for one in found
        if not one.audience.startswith(SEGMENT) or one.audience.removeprefix(SEGMENT) in segments
        if not (customer_id and one.audience == "unknown")
    ]


def _list_segments_of(customer_id: int) -> set[str]:
    return {str(standing.segment.uuid) for standing in list_segments_of(customer_id)}


def _describe(one: PopUp, customer_id: int) -> dict[str, Any]:
    told = {name: value for name in TOLD if (value := one.settings.get(name)) not in (None, "", False)}
    told["token"] = one.token
    if not customer_id:
        return told | ({"audience": one.audience} if one.audience else {})
    # `own`: not for whoever comes after this customer signed out
    return told | {
        "own": one.audience.startswith(SEGMENT),
        "person": seal_person(one.token, customer_id),
    }


def _find_reader(request: HttpRequest) -> tuple[int, str]:
    """The customer, 0 where nobody is proven; then with the code that says why. Raises what keys and limits raise, BodyBroken."""
    asked = _read(request)
    authorization = f"Bearer {asked.write_key}" if asked.write_key else ""
    address = read_client(request)
    key = authenticate_key(authorization=authorization, address=address)
    require_scope(key, Scope.INGEST)
    try:
        distinct_id = read_user(asked.user_token, public_id=key.public_id, now=clock.now())
    except UserTokenExpired as error:
        return 0, error.code
    except UserUnproven as error:
        take(WRONG_TOKENS, limit_subject(address))
        return 0, error.code
    take(ASKING, distinct_id)
    owner = DistinctId.objects.filter(distinct_id=distinct_id)
    ids = owner.values_list("customer_id", "customer__merged_into_id").first()
    return ((ids[1] or ids[0]) if ids else 0), ""


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


def _reply(
    content: dict[str, Any], *, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> HttpResponse:
    return HttpResponse(
        msgspec.json.encode(content),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **_HEADERS, **(headers or {})},
    )


def list_audiences() -> list[tuple[str, str]]:
    """Segments as audiences of a pop-up: for the console of surveys, which cannot see them (settings.SURVEY_AUDIENCES)."""
    return [(f"{SEGMENT}{one.uuid}", name_segment(one)) for one in list_segments()]
