"""Bodies that no system sends, and that anybody may: wrong types, nothing, too much, too deep."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from wafaa.listen.connectors.rules import Connector, ConnectorError, Reading, Received, Why

NOT_JSON = [
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"1",
    b'"x"',
    b"{}",
    b"[{}]",
    b"[[]]",
    b"[" * 5000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
]
WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    10**400,
    "",
    "\0",
    "x" * 5000,
    [],
    [1],
    [[]],
    {},
    {"date": {}},
    {"amount": {"amount": {"amount": 1}}},
    "9999-99-99",
]


def list_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in it, its containers too."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from list_paths(inner, (*path, key))


def spoil(body: Any) -> Iterator[bytes]:
    """The body with one value at a time replaced by each wrong one, and with one left out."""
    for path in list_paths(body):
        for wrong in WRONG:
            yield json.dumps(_change(body, path, wrong)).encode()
        yield json.dumps(_change(body, path, _GONE)).encode()


_GONE = object()


def _change(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(body)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if value is _GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def read_or_refuse(connector: Connector, received: Received) -> Reading | None:
    """None where it is refused, as the framework understands it; what is read can be stored."""
    try:
        reading = connector.read(received)
    except ConnectorError as error:
        if error.why != Why.UNREADABLE:
            raise
        return None
    for told in reading.told:
        event = told.event
        assert 0 < len(str(event.message_id)) <= 200
        assert 0 < len(event.distinct_id) <= 200
        assert 0 < len(event.name) <= 200
        assert event.occurred_at <= received.received_at
        written = json.dumps(dict(event.properties), allow_nan=False)
        assert "\\u0000" not in written
        assert len(written) < 200_000
    return reading
