"""How an operation of the API says which scope it needs: `Router(auth=ReadKey())`."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja.security.base import AuthBase

from wafaa.access.keys.actions import authenticate_key, require_scope
from wafaa.access.keys.models import ApiKey
from wafaa.access.keys.rules import Scope
from wafaa.kit.addresses import read_client


class _KeyAuth(AuthBase):
    """Lets a request in by its key; the key stands in `request.auth` from then on."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    scope: ClassVar[Scope]

    def __call__(self, request: HttpRequest) -> Any:
        key = identify_key(request)
        require_scope(key, self.scope)
        return key


class ReadKey(_KeyAuth):
    openapi_description = gettext_noop(
        "An API key with the scope read or write, as a bearer token or as the user name of Basic."
    )
    scope = Scope.READ


class WriteKey(_KeyAuth):
    openapi_description = gettext_noop(
        "An API key with the scope write, as a bearer token or as the user name of Basic."
    )
    scope = Scope.WRITE


def identify_key(request: Any) -> ApiKey:
    """The working key of this request, whatever it may do; looked up once. Raises the errors of authenticate_key."""
    known = getattr(request, "api_key", None)
    if known is None:
        known = authenticate_key(
            authorization=request.META.get("HTTP_AUTHORIZATION", ""),
            address=read_client(request),  # no middleware has looked: programs go past those of sessions
        )
        request.api_key = known
    assert isinstance(known, ApiKey)
    return known
