"""The root of /v1: mounts the rooms' routers and draws the OpenAPI document. Loaded with the first request to it."""

import re
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.utils.functional import Promise
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from wafaa import __version__
from wafaa.act.points.api import router as wallets
from wafaa.act.vouchers.api import router as vouchers
from wafaa.decide.gifts.api import router as gifts
from wafaa.decide.loyalty.api import router as loyalty
from wafaa.decide.rewards.api import router as rewards
from wafaa.decide.tiers.api import router as tiers
from wafaa.kit.errors import BodyBroken
from wafaa.know.consents.api import router as consents
from wafaa.know.customers.api import router as customers
from wafaa.know.orders.api import router as orders
from wafaa.learn.feedback.api import router as comments
from wafaa.learn.measures.api import router as measures
from wafaa.learn.segments.api import router as segments
from wafaa.listen.connectors.files.api import router as imports
from wafaa.listen.reviews.api import router as reviews
from wafaa.listen.surveys.api import router as surveys
from wafaa.show.answers.api import router as scores
from wafaa.show.api.errors import RequestBroken
from wafaa.show.api.validation import read_errors
from wafaa.show.checkout.api import add_ordering
from wafaa.show.privacy.api import add_erasing
from wafaa.show.privacy.api import router as erasures
from wafaa.show.readability.api import router as readability

PREFIX = "/v1/"
_ROUTE_PART = re.compile(r"<(?:\w+:)?(\w+)>")
# Every room that programs may talk to, in the order of the reference page.
ROUTERS: tuple[Router, ...] = (
    customers,
    consents,
    erasures,
    orders,
    wallets,
    loyalty,
    rewards,
    tiers,
    gifts,
    segments,
    measures,
    surveys,
    scores,
    imports,
    readability,
    reviews,
    comments,
    vouchers,
)


class JsonParser(Parser):
    """Strict: no NaN, no half characters, no other encodings."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return msgspec.json.decode(request.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BodyBroken from error


class JsonRenderer(BaseRenderer):
    """Times as RFC 3339 in UTC, ids as text, words in the language of the request."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return msgspec.json.encode(data, enc_hook=_encode)


def _encode(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def _raise(request: HttpRequest, error: Any) -> HttpResponse:
    """Failures are told in one place: answering.py."""
    raise error


def _raise_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    raise read_errors(error.errors) from None


def _raise_broken(request: HttpRequest, error: Any) -> HttpResponse:
    """What our parser found is wrapped by the framework."""
    raise error.__cause__ if isinstance(error.__cause__, BodyBroken) else RequestBroken() from error


def _build() -> NinjaAPI:
    api = NinjaAPI(
        title="Wafaa",
        version=__version__,
        description=gettext_noop("Customers, orders and figures of one business, for its own programs."),
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        parser=JsonParser(),
        renderer=JsonRenderer(),
    )
    api.add_exception_handler(Exception, _raise)
    api.add_exception_handler(HttpError, _raise_broken)
    api.add_exception_handler(ValidationError, _raise_invalid)
    add_erasing(customers)
    add_ordering(orders)
    for router in ROUTERS:
        api.add_router("", router)
    return api


API = _build()


@cache
def get_resolver() -> URLResolver:
    """Finds the operation of an address below /v1/. The framework's own root page, the last pattern, stays out."""
    patterns, _app, _namespace = API.urls
    return URLResolver(RegexPattern(r"^/v1/"), patterns[:-1])


@cache
def get_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document, in English."""
    from wafaa.show.api.document import complete_document

    return complete_document(dict(API.get_openapi_schema(path_prefix=PREFIX)))


def list_parameters(route: str) -> frozenset[str]:
    """The parameters that any operation at this route knows. The framework passes over others, and a filter that was
    misspelled would quietly answer everything.
    """
    path = PREFIX + _ROUTE_PART.sub(r"{\1}", route)
    operations = get_document()["paths"].get(path, {})
    return frozenset(
        parameter["name"]
        for operation in operations.values()
        for parameter in operation["parameters"]
        if parameter.get("in") == "query"
    )
