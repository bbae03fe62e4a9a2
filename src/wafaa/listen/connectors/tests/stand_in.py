"""Stand-ins for other systems' APIs on this machine, written from their documentation, asked by real HTTP."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from wafaa.kit import outbound
from wafaa.listen.connectors.rules import Connected, Connector, Page, Place, Received, Send, Told

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UUID8 = "1a2b3c4d"


@dataclass(frozen=True, kw_only=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answered:
    """A status with JSON (or bytes) and headers."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def open_system(answer: Callable[[Asked], Answered]) -> Iterator[tuple[str, list[Asked]]]:
    """Serves on loopback; gives its address and everything that it was asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            url = urlsplit(self.path)
            one = Asked(
                method=self.command,
                path=url.path,
                query=dict(parse_qsl(url.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            asked.append(one)
            given = answer(one)
            body = given.content if isinstance(given.content, bytes) else json.dumps(given.content).encode()
            self.send_response(given.status)
            for name, value in {"Content-Type": "application/json", **given.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._serve
            raise AttributeError(name)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> outbound.Reply:
    """The real way out, allowed to reach this machine."""
    return outbound.send(method, url, headers=headers or {}, body=body, allow_private=True)


def make_received(
    connector: Connector,
    body: Any,
    *,
    headers: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    topic: str = "",
    query: Mapping[str, str] | None = None,
    address: str = "https://wafaa.example/hooks/00000000-0000-7000-8000-00001a2b3c4d/",
    at: datetime = NOW,
) -> Received:
    return Received(
        place=Place(system=connector.key, uuid8=UUID8),
        body=body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode(),
        headers={name.lower(): value for name, value in (headers or {}).items()},
        received_at=at,
        topic=topic,
        query=query or {},
        settings=settings or {},
        region="SA",
        address=address,
    )


def make_connected(
    connector: Connector,
    *,
    secrets: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    now: datetime = NOW,
) -> Connected:
    return Connected(
        place=Place(system=connector.key, uuid8=UUID8),
        settings=settings or {},
        secrets=secrets or {},
        address="https://wafaa.example/hooks/00000000-0000-7000-8000-00001a2b3c4d/",
        now=now,
        region="SA",
    )


def name_told(told: list[Told] | tuple[Told, ...]) -> list[str]:
    return [one.event.name for one in told]


def find_told(told: Any, name: str) -> Told:
    """The one event of this name."""
    (found,) = [one for one in told if one.event.name == name]
    return found


def read_past(connector: Connector, connected: Connected, sender: Send = send) -> list[Page]:
    """Every page up to the end; waits are noted, not waited."""
    assert connector.start is not None
    assert connector.next_page is not None
    pages, cursor = [], connector.start(connected)
    while cursor is not None:
        pages.append(connector.next_page(connected, cursor, sender))
        cursor = pages[-1].cursor
        assert len(pages) < 200
    return pages
