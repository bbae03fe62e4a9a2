"""The official client libraries against a server that is killed and started again: every event is there once.

`python -m tests.clients [COUNT]` (`make clients`) makes a folder of its own with the libraries, which are no part of Wafaa,
starts an installation, lets each library send COUNT events (10,000) and kills the web process, the worker and PostgreSQL in
turn meanwhile.
"""

import itertools
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import venv
from pathlib import Path

import django
import psutil
import psycopg

django.setup()

from tests.flow.processes import Shop  # noqa: E402 (its rooms are Django's)
from wafaa.run.tests.processes import kill_at_once, list_servers  # noqa: E402

HERE = Path(__file__).parent
PINS = HERE.parents[1] / "requirements" / "clients.txt"
# The browser library waits ever longer before it tries again.
PATIENCE_S = 1_500
FIRST_PATIENCE_S = 60
LOOK_EVERY_S = 5.0
KILL_EVERY_S = 5.0
# What is killed again and again is started ever more slowly, and the libraries give up after some tries.
KILLS = 9
KILLED = ("web", "worker", "postgres")
COUNTED = """
SELECT count(*), count(DISTINCT properties::jsonb ->> 'n') FROM stream_event
WHERE name = 'Product Viewed' AND distinct_id = %(who)s
"""


def install(folder: Path) -> None:
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", PINS], check=True)
    shutil.copy(HERE / "package.json", folder)
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"],
        cwd=folder,
        check=True,
    )


def start_clients(shop: Shop, folder: Path, key: str, count: int) -> dict[str, "subprocess.Popen[bytes]"]:
    """The browser's first: a page that finds no server when it asks for its settings sends nothing until it is loaded anew."""
    told = [f"http://127.0.0.1:{shop.server.port}", key, str(count)]

    def start(*command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE)

    browser = start(sys.executable, str(HERE / "by_browser.py"), *told, str(folder))
    deadline = time.monotonic() + FIRST_PATIENCE_S
    while not count_stored(shop, "by-browser")[1]:
        assert time.monotonic() < deadline, "the browser sends nothing"
        time.sleep(0.1)
    return {
        "python": start(str(folder / "venv" / "bin" / "python"), str(HERE / "by_python.py"), *told),
        "node": start("node", str(HERE / "by_node.mjs"), *told),
        "browser": browser,
    }


def kill_in_turn(shop: Shop, ended: threading.Event) -> int:
    kills = 0
    for name in itertools.cycle(KILLED):
        if kills == KILLS or ended.wait(KILL_EVERY_S):
            return kills
        try:
            victims = list_servers(shop.home / "postgres") if name == "postgres" else shop.find(name)
        except (psutil.Error, ValueError, AssertionError):
            continue  # it is just being started again
        kill_at_once(victims)
        kills += 1
    return kills


def count_stored(shop: Shop, who: str) -> tuple[int, int]:
    try:
        return shop.ask(COUNTED, {"who": who})
    except (psycopg.Error, AssertionError):
        return (0, 0)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        install(folder)
        shop = Shop(folder / "home").start()
        try:
            key = shop.run("key", "create", "--name", "clients", "--scope", "ingest").stdout.split()[-1]
            return send_and_count(shop, folder, key, count)
        finally:
            shop.clear()


def send_and_count(shop: Shop, folder: Path, key: str, count: int) -> int:
    started, ended = time.monotonic(), threading.Event()
    killed: list[int] = []
    killer = threading.Thread(target=lambda: killed.append(kill_in_turn(shop, ended)))
    clients = start_clients(shop, folder, key, count)
    killer.start()
    while time.monotonic() - started < PATIENCE_S:
        stored = {name: count_stored(shop, f"by-{name}")[1] for name in clients}
        print(f"{time.monotonic() - started:4.0f} s", stored, flush=True)
        if min(stored.values()) >= count:
            break
        time.sleep(LOOK_EVERY_S)
    ended.set()
    killer.join()
    shop.wait_until_well()
    clients["browser"].communicate(b"\n", timeout=60)
    for name in ("python", "node"):
        clients[name].wait(60)
    print(f"{killed[0]} kills in {time.monotonic() - started:.0f} s")
    whole = True
    for name in clients:
        rows, numbers = count_stored(shop, f"by-{name}")
        whole = whole and rows == numbers == count
        print(f"{name}: {count:,} sent, {rows:,} stored, {numbers:,} different")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
