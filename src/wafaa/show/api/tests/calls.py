"""How the tests call /v1: as a program does, with a key and without cookies."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope


def make_key(scope: Scope | str = Scope.READ, *, name: str = "Accounting") -> str:
    """A key that works, as its owner keeps it."""
    return create_key(name=name, scope=Scope(scope), by=None).text


def call(
    method: str,
    path: str,
    *,
    key: str = "",
    body: Any = None,
    headers: dict[str, str] | None = None,
    **extra: Any,
) -> HttpResponse:
    """One request; a body that is no text or bytes is sent as JSON."""
    sent = dict(headers or {})
    if key:
        sent.setdefault("Authorization", f"Bearer {key}")
    client = Client(raise_request_exception=True)
    if body is None:
        return client.generic(method, path, headers=sent, **extra)
    raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
    extra.setdefault("content_type", "application/json")
    return client.generic(method, path, raw, headers=sent, **extra)


def get(path: str, *, key: str = "", **more: Any) -> HttpResponse:
    return call("GET", path, key=key, **more)


def patch(path: str, body: Any, *, key: str = "", **more: Any) -> HttpResponse:
    return call("PATCH", path, key=key, body=body, **more)


def walk(path: str, *, key: str) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}", key=key).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return items
