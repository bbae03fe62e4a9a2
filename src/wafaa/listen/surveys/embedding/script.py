"""The script for a shop's pages that shows surveys, as a part of the page or as a pop-up."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_GET

from wafaa.access.staff.decorators import public

_SCRIPT = Path(__file__).parents[1] / "static" / "surveys" / "surveys.js"
# A shop's visitors ask for it again after this; a new version is everywhere an hour later.
_FRESH_S = 3600


@cache
def _read_script() -> tuple[bytes, str]:
    content = _SCRIPT.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@public
@require_GET
@condition(etag_func=lambda _request: _read_script()[1])
def surveys_script(request: HttpRequest) -> HttpResponse:
    """The same for everybody and open to pages of any origin."""
    response = HttpResponse(_read_script()[0], content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_FRESH_S}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response
