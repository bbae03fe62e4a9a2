"""How the page and the server talk: JSON both ways; what people read comes as a piece of a page in their language."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string

from wafaa.access.staff.http import StaffRequest
from wafaa.kit.errors import WafaaError
from wafaa.show.till.errors import DeedUnreadable

BODY_BYTES_MAX = 16 * 1024
# As JSON writes the one character that no text of the database holds.
NUL = rb"\u0000"
_T = TypeVar("_T")


def answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An error that the cashier can do something about becomes an answer with its words."""

    @wraps(view)
    def answered(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except WafaaError as error:
            return refuse(error)

    return answered


def refuse(error: WafaaError) -> HttpResponse:
    told = {"state": "refused", "code": error.code, "message": str(error)}
    response = JsonResponse(told, status=error.status)
    if wait := getattr(error, "retry_after_s", None):
        response.headers["Retry-After"] = str(wait)
    return response


def read(request: StaffRequest, shape: type[_T]) -> _T:
    """Raises DeedUnreadable."""
    if len(request.body) > BODY_BYTES_MAX or NUL in request.body:
        raise DeedUnreadable
    try:
        return msgspec.json.decode(request.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DeedUnreadable from error


def say(
    request: StaffRequest, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK, **told: Any
) -> HttpResponse:
    html = render_to_string(f"till/{template}.html", {**context, "business": request.business}, request=None)
    return JsonResponse({**told, "html": html}, status=status, json_dumps_params={"ensure_ascii": False})
