"""A real Chromium against a real `wafaa serve` in processes of its own, on a database of its own with the demo shop.

WAFAA_SCREENSHOTS=folder keeps a picture of every page that a test looks at. WAFAA_TEST_SITE=http://... uses a server that
runs already and shows the demo shop, for quick rounds while one works on pages.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

from tests.chromium import CHROMIUM, FLAGS, WHOLE_CHROMIUM
from tests.database import make_shared_database, name_shared_database
from wafaa.run.tests.processes import WAFAA, copy_home, shared_folder

# The first start makes the tables and two years of the demo shop.
START_PATIENCE_S = 600
STOP_PATIENCE_S = 30

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
LOCALES = {"ar": "ar-SA", "en": "en-GB"}
# Long stories are told once in each language and once at each size, not in all four; test_every_page looks at all of them.
CROSSED = pytest.mark.parametrize(("language", "size"), [("ar", "phone"), ("en", "desktop")], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not WHOLE_CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium here; set WAFAA_CHROMIUM to one"))


@dataclass(frozen=True)
class Site:
    """Where the server answers, and who may sign in there."""

    url: str
    email: str
    password: str


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from wafaa.run.demo.staffing import OWNER_EMAIL, PASSWORD

    if running := os.environ.get("WAFAA_TEST_SITE"):
        yield Site(running, OWNER_EMAIL, PASSWORD)
        return
    name = f"wafaa_browser_{os.getpid()}"
    given = os.environ["WAFAA_DATABASE_URL"]
    home = tmp_path_factory.mktemp("browser") / "home"
    _copy_demo(given, name, home)
    port = _free_port()
    environment = _make_environment(given, name, home)
    log = home / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "wafaa.run.cli", "serve", "--port", str(port)],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/sign-in/", server, log)
        yield Site(f"http://127.0.0.1:{port}", OWNER_EMAIL, PASSWORD)
    finally:
        _stop(server)
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy_demo(given: str, name: str, home: Path) -> None:
    """A database and a data directory with the demo shop: filled once for all processes that share the tests."""
    demo = name_shared_database("demo")
    with shared_folder("demo") as filled, psycopg.connect(given, autocommit=True) as connection:
        if not filled.exists():
            filling = filled.with_suffix(".filling")
            environment = {**make_shared_database("demo"), "WAFAA_HOME": str(filling)}
            for command in (("demo", "load"), ("facts", "sync")):
                subprocess.run([*WAFAA, *command], env=environment, check=True)
            filling.rename(filled)
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{demo}"')
        copy_home(filled, home)


def _make_environment(given: str, database: str, home: Path) -> dict[str, str]:
    url = psycopg.conninfo.make_conninfo(given, dbname=database)
    return {**os.environ, "WAFAA_DATABASE_URL": url, "WAFAA_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended before it answered:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)  # waits for another process, which has no other way to call us
    pytest.fail(f"the server did not answer in {START_PATIENCE_S} s:\n{log.read_text()}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Asks it to stop; what does not listen is killed with all its children."""
    server.terminate()
    try:
        server.wait(STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture(scope="package")
def browsers() -> Iterator[BrowserType]:
    """Ends with this folder's tests: an open Playwright loop would make Django refuse the database elsewhere."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="package")
def chromium(browsers: BrowserType) -> Iterator[Browser]:
    browser = browsers.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def whole_chromium(browsers: BrowserType) -> Iterator[Browser]:
    """For what the headless shell can't: notifications."""
    browser = browsers.launch(executable_path=WHOLE_CHROMIUM, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture(params=list(LOCALES))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def open_browser(chromium: Browser, site: Site, language: str, size: str) -> BrowserContext:
    """A fresh visitor with this language and screen; the language stands in the cookie, as after a switch."""
    context = chromium.new_context(base_url=site.url, viewport=SIZES[size], locale=LOCALES[language])
    context.add_cookies([{"name": "wafaa_language", "value": language, "url": site.url}])
    context.set_default_timeout(20_000)
    return context


@pytest.fixture
def visitor(chromium: Browser, site: Site, language: str, size: str) -> Iterator[Page]:
    """A page before sign-in."""
    context = open_browser(chromium, site, language, size)
    page = context.new_page()
    with watch(page):
        yield page
        context.close()


@contextmanager
def watch(page: Page) -> Iterator[None]:
    """A script error or a breach of the content security policy anywhere fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_breach(message.text) else None)
    yield
    assert not errors, errors


def is_breach(text: str) -> bool:
    """What Chromium writes to the console when a page breaks its own policy."""
    return "Content Security Policy" in text


@pytest.fixture(scope="package")
def owner_session(chromium: Browser, site: Site) -> list[dict]:
    """The cookies of the signed-in owner: signing in once keeps the tests below the rate limit."""
    context = open_browser(chromium, site, "en", "desktop")
    page = context.new_page()
    sign_in(page, site)
    cookies = [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
    context.close()
    return cookies


@pytest.fixture
def owner_page(visitor: Page, owner_session: list[dict], language: str) -> Page:
    """A page of the owner who has signed in, in the language and size of the test."""
    visitor.context.add_cookies(owner_session)
    choose_language(visitor, language)
    return visitor


def choose_language(page: Page, language: str) -> None:
    """The owner's own choice is kept with the person and would win over the cookie."""
    page.goto("/settings/")
    if page.locator("html").get_attribute("lang") != language:
        with page.expect_navigation():
            page.evaluate(
                "(code) => document.querySelector(`button[name=language][value=${code}]`).click()", language
            )


def sign_in(page: Page, site: Site) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(site.email)
    page.locator("input[name=password]").fill(site.password)
    page.locator("form.card button[type=submit]").click()
    page.wait_for_url(f"{site.url}/")


def keep_picture(page: Page, name: str, language: str, size: str) -> None:
    if folder := os.environ.get("WAFAA_SCREENSHOTS"):
        page.wait_for_load_state("networkidle")
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}-{language}-{size}.png", full_page=True)
