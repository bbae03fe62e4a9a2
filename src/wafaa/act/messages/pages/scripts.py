"""The scripts of the shop's pages: the inbox with what asks for notifications, and what its service worker does with them."""

import hashlib
from functools import cache, partial
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_GET

from wafaa.access.staff.decorators import public

_FOLDER = Path(__file__).parents[1] / "static" / "messages"
INBOX, PUSH = "wafaa-inbox.js", "wafaa-push.js"
# As wafaa.js: a new version is everywhere an hour later.
_FRESH_S = 3600


@cache
def _read(name: str) -> tuple[bytes, str]:
    content = (_FOLDER / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'


def _serve(name: str) -> HttpResponse:
    response = HttpResponse(_read(name)[0], content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_FRESH_S}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _mark(name: str, _request: HttpRequest) -> str:
    return _read(name)[1]


@public
@require_GET
@condition(etag_func=partial(_mark, INBOX))
def inbox_script(request: HttpRequest) -> HttpResponse:
    """The same for everybody and open to pages of any origin."""
    return _serve(INBOX)


@public
@require_GET
@condition(etag_func=partial(_mark, PUSH))
def push_script(request: HttpRequest) -> HttpResponse:
    """Imported by a service worker of the shop's; where a shop lies on our own origin it may be the worker itself."""
    response = _serve(PUSH)
    response["Service-Worker-Allowed"] = "/"
    return response
