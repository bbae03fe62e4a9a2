"""A shop's own site on another origin, with a stand-in for the ingest address that can be made to fail."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PATIENCE_S = 30


class ShopSite:
    """Serves `pages` (path -> HTML) and keeps the messages that came to its own /v1/batch, answered with `status`.

    Of equal message ids the first stands, as at the real address.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, str] = {}
        self.types: dict[str, str] = {}  # of pages that are no HTML
        self.headers: dict[str, str] = {}  # of every answer
        self.status = 200
        self.messages: list[dict[str, Any]] = []
        self.tries = 0
        self.changed = threading.Condition()

    def take(self, body: bytes) -> int:
        with self.changed:
            self.tries += 1
            if self.status == 200:
                known = {message["messageId"] for message in self.messages}
                came = json.loads(body)["batch"]
                self.messages += [message for message in came if message["messageId"] not in known]
            self.changed.notify_all()
            return self.status

    def wait_until(self, holds: Callable[["ShopSite"], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: holds(self), PATIENCE_S), self.messages


def put_script(attributes: str, *, key: str = "k", calls: str = "", title: str = "Shop") -> str:
    """A page as the guide says: the snippet, calls before the script is there, the script."""
    return (
        f"<!doctype html><meta charset=utf-8><title>{title}</title>"
        "<script>window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)};"
        f'{calls}</script><script async data-key="{key}" {attributes}></script>'
    )


@contextmanager
def open_shop() -> Iterator[ShopSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, shop.pages.get(urlsplit(self.path).path, "").encode())

        def do_POST(self) -> None:
            self._answer(shop.take(self.rfile.read(int(self.headers["Content-Length"]))), b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", shop.types.get(urlsplit(self.path).path, "text/html"))
            for name, value in shop.headers.items():
                self.send_header(name, value)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = ShopSite(f"http://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
