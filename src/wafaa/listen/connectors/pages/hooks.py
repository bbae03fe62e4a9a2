"""Where other systems send their webhooks: no session, no cookie, no language; what counts is the signature."""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from wafaa.access.staff.decorators import public
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.actions import get_default_region
from wafaa.listen.connectors.actions import Outcome, receive
from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.queries import get_connection
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import BODY_BYTES_MAX, Received

TOPIC_MAX = 100


@csrf_exempt
@public
def hook(request: HttpRequest, connection_uuid: uuid.UUID, topic: str = "") -> HttpResponse:
    """200 once what was sent is durable; 401 unsigned, 404 and 410 nobody home, 413 too large, 422 where the system wants to
    know that it could not be read.
    """
    if request.method != "POST":
        # some systems look whether somebody is there before they save an address
        return _say(HTTPStatus.OK if request.method in {"GET", "HEAD"} else HTTPStatus.METHOD_NOT_ALLOWED)
    body = _read_body(request)
    if body is None:
        return _say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        connection = get_connection(connection_uuid)
        outcome = receive(connection=connection, received=_collect(request, connection, body, topic))
    except WafaaError as error:
        return _say(error.status)
    if outcome == Outcome.FAILED:
        return _say(CONNECTORS[connection.system].unreadable_status)
    return _say(HTTPStatus.OK)


def _collect(request: HttpRequest, connection: Connection, body: bytes, topic: str) -> Received:
    return Received(
        place=connection.place,
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        received_at=clock.now(),
        topic=topic.strip("/")[:TOPIC_MAX],
        query={name: str(value) for name, value in request.GET.items()},
        settings=connection.settings,
        region=get_default_region(),
        address=request.build_absolute_uri(),
    )


def _read_body(request: HttpRequest) -> bytes | None:
    """None where it is larger than we take, or broke off."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > BODY_BYTES_MAX:
        return None
    try:
        body: bytes = request.body
    except (UnreadablePostError, RawPostDataException):
        return None
    return body if len(body) <= BODY_BYTES_MAX else None


def _say(status: int) -> HttpResponse:
    return HttpResponse(status=status, headers={"Cache-Control": "no-store"})
