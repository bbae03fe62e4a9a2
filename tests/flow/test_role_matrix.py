"""Every role against every address: who may, may; who may not, changes nothing."""

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

# A value for each kind of placeholder; nothing has this id, so an allowed call may answer 404.
SAMPLES = {
    "UUIDConverter": str(uuid.UUID(int=7)),
    "IntConverter": "999999999",
    "StringConverter": "unknown",
    "SlugConverter": "unknown",
    "PathConverter": "unknown",
}
ROLES = ("owner", "manager", "branch_manager", "cashier", "agent", "analyst", "stranger")


def list_views(patterns, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(address with samples filled in, pattern) of every view."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            sample = SAMPLES[type(converter).__name__]
            spellings = (f"<{kind}{name}>" for kind in ("uuid:", "int:", "str:", "slug:", "path:", ""))
            for spelling in spellings:
                route = route.replace(spelling, sample)
        if isinstance(pattern, URLResolver):
            yield from list_views(pattern.url_patterns, route)
        else:
            yield f"/{route}", pattern


VIEWS = dict(list_views(get_resolver().url_patterns))
GUARDED = {
    address: pattern
    for address, pattern in VIEWS.items()
    if not getattr(pattern.callback, "is_public", False)
}


@pytest.mark.parametrize("address", VIEWS)
def test_every_view_requires_a_capability_or_is_marked_public(address):
    view = VIEWS[address].callback
    assert hasattr(view, "capability") or getattr(view, "is_public", False), (
        f"{address} says not who may call it"
    )


def was_refused(response: HttpResponse) -> bool:
    asks_to_sign_in = response.status_code == 302 and response["Location"].startswith("/sign-in/")
    return response.status_code in {401, 403} or asks_to_sign_in


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", GUARDED)
def test_only_the_roles_with_the_capability_get_through(address, method, cast, client_as):
    capability = GUARDED[address].callback.capability
    for role in ROLES:
        person = cast[role]
        client = client_as(person)
        client.raise_request_exception = False

        with CaptureQueriesContext(connection) as queries:
            response = getattr(client, method)(address)

        may = person is not None and person.may(capability)
        assert was_refused(response) is not may, f"{role} {method} {address}: {response.status_code}"
        assert response.status_code < 500 or response.status_code == 503, f"{role} {method} {address} broke"
        if not may:
            writes = [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
            assert not writes, f"{role} {method} {address} was refused but wrote"


@pytest.mark.parametrize("address", GUARDED)
def test_a_panel_fetched_by_a_stranger_sends_the_whole_page_to_sign_in(address, client_as, db):
    response = client_as(None, HTTP_HX_REQUEST="true").get(address)
    assert (response.status_code, response["HX-Redirect"]) == (401, "/sign-in/")
