"""Where providers tell what became of messages: no session, no cookie, no language; what counts is the signature."""

import uuid
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from wafaa.access.staff.decorators import public
from wafaa.act.messages.actions.hearing import note_refusal, open_hook, take_callback
from wafaa.act.messages.back import Heard, Unsigned
from wafaa.act.messages.models import Provider
from wafaa.act.messages.queries import find_site, get_house
from wafaa.kit import clock

# Of ESPs that gather a thousand events in one request.
BODY_BYTES_MAX = 2_000_000
# Twilio takes what is answered to a customer's message for what to say to them: nothing.
_NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt  # providers send no cookie; each request is signed
@public
def hook(request: HttpRequest, provider_uuid: uuid.UUID) -> HttpResponse:
    """200 once what was told is durable, also if it was told before; 401 unsigned, 404 nobody home, 413 too large."""
    provider = Provider.objects.filter(uuid=provider_uuid).first()
    if provider is None:
        return _say(HTTPStatus.NOT_FOUND)
    heard = _hear(request)
    if heard is None:
        return _say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        carrier, account = open_hook(provider)
        greeting = carrier.greet(account, heard)
    except Unsigned as error:
        note_refusal(provider=provider, why=error.why)
        return _say(HTTPStatus.UNAUTHORIZED)
    if greeting is not None:
        return _say(HTTPStatus.OK, greeting.encode())
    if heard.method in {"GET", "HEAD"} and not heard.query:
        return _say(HTTPStatus.OK)  # some look whether somebody is there before they save an address
    try:
        take_callback(provider=provider, carrier=carrier, account=account, heard=heard)
    except Unsigned:
        return _say(HTTPStatus.UNAUTHORIZED)
    if provider.kind == "twilio":
        return _say(HTTPStatus.OK, _NOTHING_TO_SAY, "text/xml")
    return _say(HTTPStatus.OK)


def _hear(request: HttpRequest) -> Heard | None:
    """None where it is larger than we take, or broke off."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > BODY_BYTES_MAX:
        return None
    try:
        body: bytes = request.body
    except (UnreadablePostError, RawPostDataException):
        return None
    site = find_site(get_house(), settings.CSRF_TRUSTED_ORIGINS)
    return Heard(
        method=request.method or "",
        # the address that providers were given, whatever proxies made of it
        url=f"{site}{request.get_full_path()}",
        query={name: str(value) for name, value in request.GET.items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        at=clock.now(),
    )


def _say(status: int, body: bytes = b"", kind: str = "text/plain") -> HttpResponse:
    return HttpResponse(body, status=status, content_type=kind, headers={"Cache-Control": "no-store"})
