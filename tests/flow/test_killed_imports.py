"""Whatever is killed while an import runs, and whenever: after a restart and a rerun the figures are those of an
import that nobody disturbed.

WAFAA_KILL_MOMENTS says how many random moments (4), WAFAA_KILL_SEED which ones, WAFAA_KILL_FILE takes another file of
orders in place of the generated one. `-s` tells what every moment met.
"""

import os
import random
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.flow.processes import PATIENCE_S, Shop, Visitor
from wafaa.listen.connectors.files.models import Import
from wafaa.run.tests.processes import copy_prepared, kill_at_once, wait_until

pytestmark = pytest.mark.slow

MOMENTS = int(os.environ.get("WAFAA_KILL_MOMENTS", "4"))
SEED = int(os.environ.get("WAFAA_KILL_SEED", "1"))
# Each moment takes the next of these; "importer" is the command that imports.
VICTIMS_OF_COMMAND = (
    ("everything", "importer"),
    ("postgres",),
    ("importer",),
    ("supervisor",),
    ("worker",),
    ("analyst",),
    ("importer", "worker", "analyst"),
    ("web", "postgres"),
)
# The worker and the analyst carry an upload.
VICTIMS_OF_UPLOAD = (("worker",), ("everything",), ("analyst",), ("postgres",), ("supervisor",))
ORDERS = 3_000
CURRENCY, AS_OF = "SAR", date(2026, 1, 1)
# Each counts as equally long when a moment is chosen: the one that matters most, publishing, is the shortest.
STEPS = ("reading", "staging", "publishing", "applying")
STATES = list(Import.State)
LATEST = "SELECT state, events_done FROM listen_files_import ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class Kill:
    """Who is killed, and when: at this share of an undisturbed import."""

    victims: tuple[str, ...]
    share: float

    def __str__(self) -> str:
        return f"{self.share:.3f}-{'+'.join(self.victims)}"


def plan_kills(who: tuple[tuple[str, ...], ...], moments: int, seed: int) -> list[Kill]:
    """Random moments, one in each of as many equal spans, so that they lie over the whole length."""
    chance = random.Random(seed)
    shares = [(span + chance.random()) / moments for span in range(moments)]
    chance.shuffle(shares)
    return [Kill(who[number % len(who)], share) for number, share in enumerate(shares)]


@pytest.fixture(scope="module")
def order_file(tmp_path_factory):
    if given := os.environ.get("WAFAA_KILL_FILE"):
        return Path(given)
    return write_orders(tmp_path_factory.mktemp("files") / "orders.csv")


def write_orders(path: Path) -> Path:
    """Some 20,000 lines: several stores, returns with and without their order, anonymous orders, bad rows."""
    chance = random.Random(7)
    start = datetime(2024, 1, 1, 9, tzinfo=UTC)
    lines = [
        "order number,order date,customer id,customer name,store,channel,sku,product name,quantity,unit price,currency"
    ]
    for number in range(ORDERS):
        at = start + timedelta(minutes=number * 350)
        who = chance.randrange(700)
        customer = f"{who},Customer {who}" if chance.random() > 0.05 else ","
        head = f"{{}},{at:%Y-%m-%d %H:%M},{customer},RUH-{number % 4},{'shop' if number % 3 else 'web'}"
        for _ in range(chance.randint(3, 11)):
            product, price = chance.randrange(400), f"{chance.randrange(5, 300)}.{chance.randrange(100):02d}"
            quantity = "a few" if chance.random() < 0.003 else chance.randint(1, 6)
            lines.append(f"{head.format(number)},S{product},Product {product},{quantity},{price},SAR")
        if chance.random() < 0.08:
            lines.append(f"{head.format(f'C{number}')},S{product},Product {product},-1,{price},SAR")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def empty_shop(tmp_path_factory):
    """An installation with an owner that never served, copied for every moment: making one takes longer than an import."""
    shop = Shop(copy_prepared(tmp_path_factory.mktemp("empty") / "home"))
    shop.make_owner()
    return shop


@dataclass(frozen=True)
class Undisturbed:
    figures: dict[str, Any]
    spans_s: dict[str, float]  # how long the import stood in each state

    def find_moment(self, share: float) -> tuple[str, float]:
        """The step at this share of the import, and the seconds since it began.

        So the moment is met on a machine that is slower or faster by then, too.
        """
        step, inside = divmod(share * len(STEPS), 1)
        return STEPS[int(step)], inside * self.spans_s[STEPS[int(step)]]


@pytest.fixture(scope="module")
def undisturbed(empty_shop, tmp_path_factory, order_file):
    shop = empty_shop.copy(tmp_path_factory.mktemp("undisturbed") / "home").start()
    try:
        command = shop.start_command("import", "orders", str(order_file))
        spans_s = measure_spans(shop, command)
        shop.wait_until_settled()
        figures = shop.read_figures(CURRENCY, AS_OF)
        shop.close()
    finally:
        shop.clear()
    assert command.returncode == 0
    assert figures["counted"][0] > 0.9 * ORDERS or "WAFAA_KILL_FILE" in os.environ
    return Undisturbed(figures, spans_s)


def measure_spans(shop, command):
    began, seen = time.monotonic(), dict.fromkeys(STATES, 0.0)

    def look():
        nonlocal began
        now, row = time.monotonic(), server.execute(LATEST).fetchone()
        if row:
            seen[row[0]] += now - began
        began = now
        return command.poll() is not None

    with psycopg.connect(shop.database_url, autocommit=True) as server:
        wait_until(look, PATIENCE_S, every_s=0.01)
    return seen


@pytest.fixture
def shop(empty_shop, undisturbed, tmp_path):
    """A new shop that runs; whatever a failed test leaves of it is ended."""
    shop = empty_shop.copy(tmp_path / "home").start()
    yield shop
    shop.clear()


@pytest.mark.parametrize("kill", plan_kills(VICTIMS_OF_COMMAND, MOMENTS, SEED), ids=str)
def test_an_import_of_the_command_line_that_is_killed_ends_with_the_same_figures(
    shop, undisturbed, order_file, kill
):
    command = shop.start_command("import", "orders", str(order_file))
    has_come = watch_for(shop, *undisturbed.find_moment(kill.share))
    wait_until(lambda: command.poll() is not None or has_come(), PATIENCE_S, every_s=0.01)
    strike(shop, kill, command)
    command.wait(PATIENCE_S)  # what is left of it sees that the others are gone, or goes on

    shop.wait_until_well()
    rerun = shop.run("import", "orders", str(order_file))

    assert rerun.returncode == 0, rerun.stderr + shop.server.read_output()
    shop.wait_until_settled()
    assert shop.read_figures(CURRENCY, AS_OF) == undisturbed.figures
    shop.close()


def watch_for(shop, state, after_s):
    """A question to ask again and again: whether the latest import is so far."""
    server = psycopg.connect(shop.database_url, autocommit=True)
    reached = None

    def has_come():
        nonlocal reached
        row = server.execute(LATEST).fetchone()
        if row is None or STATES.index(row[0]) < STATES.index(state):
            return False
        reached = reached or time.monotonic()
        return row[0] != state or time.monotonic() >= reached + after_s

    return has_come


def strike(shop, kill, command=None):
    met = shop.ask(LATEST)
    victims = [each for name in kill.victims if name != "importer" for each in shop.find(name)]
    if "importer" in kill.victims and command and command.poll() is None:
        victims.append(psutil.Process(command.pid))
    kill_at_once(victims)
    if "supervisor" in kill.victims or "everything" in kill.victims:
        shop.server.process.wait(PATIENCE_S)
    print(f"\n{kill}: the import was {met}")


@pytest.mark.parametrize("kill", plan_kills(VICTIMS_OF_UPLOAD, max(1, MOMENTS // 4), SEED + 1), ids=str)
def test_an_upload_to_the_console_that_is_killed_ends_with_the_same_figures(
    shop, undisturbed, order_file, kill
):
    visitor = Visitor(shop).sign_in()
    visitor.submit("/imports/", upload=order_file)
    page = visitor.path
    follow(shop, visitor, page, until=watch_for(shop, *undisturbed.find_moment(kill.share)))
    strike(shop, kill)

    shop.wait_until_well()
    follow(shop, visitor, page)
    visitor.submit("/imports/", upload=order_file)
    follow(shop, visitor, visitor.path)

    shop.wait_until_settled()
    assert shop.read_figures(CURRENCY, AS_OF) == undisturbed.figures
    shop.close()


def follow(shop, visitor, page, until=lambda: False):
    """Does what the page of the import asks for, until it is done."""
    state_of = "SELECT state FROM listen_files_import WHERE uuid = %(uuid)s"
    uuid = page.strip("/").split("/")[-1]

    def goes_on():
        (state,) = shop.ask(state_of, {"uuid": uuid})
        assert state not in {"failed", "cancelled"}, visitor.get(page)
        if state in {"waiting", "ready"}:
            visitor.submit(page, f"{page}{'answers' if state == 'waiting' else 'publish'}/")
        return state == "done" or until()

    wait_until(goes_on, PATIENCE_S)
