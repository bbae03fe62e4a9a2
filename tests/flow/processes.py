"""A whole Wafaa in processes of its own, what is killed of it, and a person who uses its pages over HTTP."""

import http.client
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid
from contextlib import suppress
from datetime import date
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.test import override_settings

from wafaa.config.flow import CONSUMERS
from wafaa.kit import remote
from wafaa.kit.sql import load_sql
from wafaa.learn.measures.rules import Question
from wafaa.run.home import Home
from wafaa.run.tests.processes import (
    WAFAA,
    Serving,
    copy_home,
    is_alive,
    list_servers,
    make_environment,
    run_wafaa,
    wait_until,
)
from wafaa.stream.queries import END_OF_STREAM
from wafaa.stream.rules import list_lanes

OWNER_EMAIL, PASSWORD = "noura@example.com", "saffron and cardamom"
# A recovery, a backing-off child and a machine that is busy with other tests; nothing waits for this long.
PATIENCE_S = 120
# Between two looks at a whole shop: each opens connections, loads a page, and walks through all processes.
DEAR_S = 0.15
MEASURES = ("summary", "cohorts", "pareto", "rfm", "gaps", "standing")
# For what waits in the whole stream.
ALL = {"end_xid": END_OF_STREAM[0], "end_position": END_OF_STREAM[1]}
# Everything that an import leaves in the database.
# But for what segments tell, which group everybody every ten minutes.
ROWS = {
    "orders": "SELECT count(*), sum(gross_minor), sum(counted_lines), sum(tax_minor) FROM know_orders_order",
    "counted": "SELECT count(*), count(DISTINCT customer_id), sum(gross_minor), sum(counted_lines) "
    "FROM know_orders_order WHERE counted",
    "lines": "SELECT count(*), sum(quantity), sum(amount_minor), count(DISTINCT product_id) FROM know_orders_orderline",
    "refunds": "SELECT count(*), sum(amount_minor), count(order_id), count(customer_id) FROM know_orders_refund",
    "refund lines": "SELECT count(*), sum(amount_minor) FROM know_orders_refundline",
    "customers": "SELECT count(*), count(DISTINCT external_id), count(nullif(name, '')) FROM know_customers_customer",
    "ids": "SELECT count(*) FROM know_customers_distinctid",
    "totals": "SELECT count(*), sum(orders), sum(gross_minor), sum(refunded_minor) FROM know_orders_customertotals",
    "products": "SELECT count(*) FROM know_orders_product",
    "stores": "SELECT string_agg(code, ' ' ORDER BY code) FROM know_orders_store",
    "events": "SELECT json_object_agg(name, told ORDER BY name) FROM "
    "(SELECT name, count(*) AS told FROM stream_event WHERE source <> 'segments' GROUP BY name) AS by_name",
    "message ids": "SELECT count(*) FROM stream_messageid WHERE message_id NOT LIKE 'segment:%'",
    "parked": "SELECT count(*) FROM stream_parkedevent",
}


class Shop:
    """One data directory, the server over it, and the commands that people give beside it."""

    def __init__(self, home: Path, *, workers: int = 1, **environment: str) -> None:
        self.home, self._workers = home, workers
        self._environment = environment
        self.server: Serving

    def start(self) -> "Shop":
        """Until every part answers; one that never does so leaves nothing behind."""
        try:
            self.server = Serving(self.home, workers=self._workers, **self._environment).wait()
            wait_until(self._is_well, PATIENCE_S, every_s=DEAR_S)
        except BaseException:
            self.clear()
            raise
        return self

    def copy(self, home: Path) -> "Shop":
        """The stopped shop once more."""
        copy_home(self.home, home)
        return Shop(home, workers=self._workers, **self._environment)

    @property
    def database_url(self) -> str:
        running = Home(self.home).read_running()
        assert running, "nothing runs"
        return running.database_url

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return run_wafaa(self.home, *arguments, stdin=stdin, **self._environment)

    def start_command(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*WAFAA, *arguments],
            env=make_environment(self.home, **self._environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def make_owner(self) -> None:
        made = self.run("user", "create", "--email", OWNER_EMAIL, "--role", "owner", stdin=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr

    def ask(self, query: str, arguments: dict[str, Any] | None = None) -> Any:
        """The first row."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query, arguments).fetchone()

    # Killing

    def find(self, name: str) -> list[psutil.Process]:
        """A child of the server by its name, the server itself ("supervisor"), or all of it ("everything")."""
        supervisor = psutil.Process(self.server.process.pid)
        if name == "everything":
            return [supervisor, *supervisor.children(recursive=True)]
        return [supervisor if name == "supervisor" else self.server.find_child(name)]

    def wait_until_well(self) -> None:
        """Every part answers, whichever of them was killed; a new server where there is none."""
        if self.server.process.poll() is not None:
            wait_until(lambda: not self.list_left(), PATIENCE_S, every_s=DEAR_S)
            self.start()
        wait_until(self._is_well, PATIENCE_S, every_s=DEAR_S)

    def _is_well(self) -> bool:
        not_yet = (OSError, http.client.HTTPException, psycopg.Error, psutil.Error, remote.AnalystUnavailable)
        with suppress(*not_yet):
            children = psutil.Process(self.server.process.pid).children()
            names = {
                word for each in children for word in each.cmdline()[-1:]
            }  # one that just ended has none
            self.ask("SELECT 1")
            return (
                {"analyst", "worker", "web"} <= names
                and bool(self.call_analyst("run.ping", None))
                and self.server.get("/sign-in/") == 200
            )
        return False

    def list_left(self) -> list[psutil.Process]:
        """Every process that works for this data directory."""
        found = list_servers(self.home / "postgres")
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("WAFAA_HOME") == str(self.home):
                    found.append(process)
        return [process for process in found if is_alive(process)]

    def close(self) -> None:
        """Stops the server in order, sees that nobody stays, and frees the disk."""
        assert self.server.stop() == 0, self.server.read_output()
        wait_until(lambda: not self.list_left(), 10, every_s=DEAR_S)
        shutil.rmtree(self.home)

    def clear(self) -> None:
        """After a failure: whatever is left, so that no later test meets it."""
        for process in self.list_left():
            with suppress(psutil.Error):
                process.kill()

    # Reading

    def wait_until_settled(self) -> None:
        wait_until(self.is_settled, PATIENCE_S, every_s=DEAR_S)

    def is_settled(self) -> bool:
        """No import is on its way, no event waits: the figures must be whole now."""
        moving = "SELECT count(*) FROM listen_files_import WHERE state IN ('publishing', 'applying')"
        waiting = load_sql("wafaa.stream", "count_waiting")
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(moving).fetchone() == (0,) and not any(
                connection.execute(waiting, {**lane.values, **ALL, "limit": 1}).fetchone()[0]
                for consumer in CONSUMERS
                for lane in list_lanes(consumer)
            )

    def read_figures(self, currency: str, as_of: date) -> dict[str, Any]:
        """What the database holds and what the measures say."""
        question = Question(as_of=as_of, lapse_window_days=180, currency=currency)
        told: dict[str, Any] = {name: self.ask(query) for name, query in ROWS.items()}
        for name in MEASURES:
            answer = self.call_analyst(f"measures.{name}", {"question": question})
            # receipts say when and from which version, which differ between two installations
            told[name] = {
                key: value
                for key, value in answer.items()
                if key not in {"receipt", "facts_version", "facts_at"}
            }
        return told

    def call_analyst(self, name: str, argument: Any) -> Any:
        running = Home(self.home).read_running()
        assert running, "nothing runs"
        with override_settings(ANALYST_SOCKET=running.analyst_socket):
            return remote.call(name, argument)


class Visitor:
    """A browser without scripts: keeps cookies, reads pages, fills in forms."""

    def __init__(self, shop: Shop, language: str = "en") -> None:
        self._shop = shop
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._opener.addheaders = [("Accept-Language", language)]
        self.path = ""  # of the last page
        self.is_counting = False  # the last page asks for patience

    def get(self, path: str, **query: str) -> str:
        return self._open(f"{path}?{urllib.parse.urlencode(query)}" if query else path)

    def get_figures(self, path: str, **query: str) -> str:
        """The page, once its figures are counted."""
        page = ""

        def is_counted() -> bool:
            nonlocal page
            page = self.get(path, **query)
            return not self.is_counting

        wait_until(is_counted, PATIENCE_S, every_s=DEAR_S)
        return page

    def sign_in(self, email: str = OWNER_EMAIL, password: str = PASSWORD) -> "Visitor":
        self.submit("/sign-in/", login=email, password=password)
        assert self.path == "/", self.path
        return self

    def submit(self, page: str, action: str = "", *, upload: Path | None = None, **changes: str) -> str:
        """Opens the page, fills in its form (the one that posts to `action`) and sends it; the page that follows."""
        form = read_form(self.get(page), action)
        fields = {**form, **changes}
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        if upload:
            head = f'Content-Disposition: form-data; name="file"; filename="{upload.name}"'
            parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + upload.read_bytes() + b"\r\n")
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        return self._open(action or page, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def _open(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> str:
        address = f"http://127.0.0.1:{self._shop.server.port}{path}"
        request = urllib.request.Request(address, body, headers or {})
        try:
            response = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            if "Retry-After" not in error.headers:  # the page that counts and comes back by itself
                raise AssertionError(f"{error.url} answers {error.code}: {error.read().decode()}") from error
            response = error
        with response:
            self.path = urllib.parse.urlsplit(response.url).path
            self.is_counting = response.status == http.HTTPStatus.SERVICE_UNAVAILABLE
            return response.read().decode()


def read_form(page: str, action: str) -> dict[str, str]:
    """What a browser would send of the form that posts to this address; "" is the page's own."""
    reader = _Forms()
    reader.feed(page)
    found = [fields for target, fields in reader.forms if target == action]
    assert found, f"no form posts to {action or 'its own page'}: {[target for target, _ in reader.forms]}"
    return found[-1]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []  # (action, what stands in its fields)
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            posts = told.get("method", "").lower() == "post"
            self.forms.append((told.get("action", "") if posts else "it only asks", {}))
        elif not self.forms:
            return
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and ("selected" in told or self._select not in self.forms[-1][1]):
            self.forms[-1][1][self._select] = told.get("value", "")
        elif tag == "input":
            is_box = told.get("type") in {"checkbox", "radio"}
            if "name" in told and told.get("type") != "file" and (not is_box or "checked" in told):
                self.forms[-1][1][told["name"]] = told.get("value", "on" if is_box else "")
