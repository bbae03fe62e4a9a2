"""How the tests call /v1: as a program does, with a key and without cookies."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from psycopg import pq

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


@contextmanager
def watch_statements() -> Iterator[list[str]]:
    """What the driver sends meanwhile, each BEGIN and each health check too: Django's own log knows no prepared statements.

    As before each request of a server, the connection is to be found healthy, but for a test that is a transaction.
    """
    sent: list[str] = []
    connection.ensure_connection()
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    opened = connection.connection.pgconn
    with tempfile.TemporaryFile() as file:
        opened.trace(file.fileno())
        opened.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield sent
        finally:
            opened.untrace()
        file.seek(0)
        parts = [line.split("\t") for line in file.read().decode().splitlines() if line.startswith("F\t")]
    sent += ["\t".join(part[2:]) for part in parts if part[2] in {"Query", "Execute"}]
