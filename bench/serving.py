"""The served program as its users meet it: pages over HTTP, signed in, and what its processes weigh."""

import http.client
import re
import time
from pathlib import Path
from urllib.parse import urlencode

import psutil

from wafaa.run.tests.processes import Serving

OWNER_EMAIL, PASSWORD = "noura@example.com", "saffron and cardamom"
PATIENCE_S = 1800
# The page of figures says so while they are still being counted.
COUNTING = http.client.SERVICE_UNAVAILABLE


class Visitor:
    """The owner at one browser: one connection that stays open, compressed answers."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.cookies = dict(cookies or {})

    def sign_in(self) -> "Visitor":
        token = re.search(
            rb'name="csrfmiddlewaretoken" value="(\w+)"', self._ask("GET", "/sign-in/", gzip=False)
        )
        assert token, "the sign-in page has no form"
        fields = {"csrfmiddlewaretoken": token[1].decode(), "login": OWNER_EMAIL, "password": PASSWORD}
        self._ask("POST", "/sign-in/", urlencode(fields))
        assert self.status == http.client.FOUND, self.status
        return self

    def time(self, path: str) -> float:
        """Seconds until the whole page is here; pages that are still counted and fragments' pages count as failures."""
        started = time.perf_counter()
        self._ask("GET", path)
        seconds = time.perf_counter() - started
        assert self.status == http.client.OK, f"{path} answers {self.status}"
        return seconds

    def wait_for(self, path: str) -> float:
        """Seconds until the page stands, however often it says that it is still counting."""
        started = time.perf_counter()
        while True:
            self._ask("GET", path)
            if self.status == http.client.OK:
                return time.perf_counter() - started
            assert self.status == COUNTING, f"{path} answers {self.status}"
            assert time.perf_counter() - started < PATIENCE_S, f"{path} is counted for ever"
            time.sleep(0.2)

    def read(self, path: str) -> str:
        return self._ask("GET", path, gzip=False).decode()

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None, *, gzip: bool = True) -> bytes:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Accept-Encoding": "gzip"} if gzip else {}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self.status = response.status
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _sign, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return content


def weigh(serving: Serving, kind: str = "Pss") -> dict[str, float]:
    """Proportional set size in MB of each process of `wafaa serve` with all below it; PostgreSQL's are left out.

    "Pss_Anon" leaves out the pages of files, such as libraries: their share changes with whatever else runs on the machine.
    """
    supervisor = psutil.Process(serving.process.pid)
    weights = {"supervisor": _weigh_one(supervisor, kind)}
    for child in supervisor.children():
        below = [child, *child.children(recursive=True)]
        if not child.name().startswith("postgres"):
            name = child.cmdline()[-1] if "wafaa.run" in child.cmdline() else "supervisor"
            weights[name] = weights.get(name, 0.0) + sum(_weigh_one(one, kind) for one in below)
    return weights


def _weigh_one(process: psutil.Process, kind: str) -> float:
    told = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    (kilobytes,) = (line.split()[1] for line in told.splitlines() if line.startswith(f"{kind}:"))
    return int(kilobytes) / 1024
