"""Worker and PostgreSQL are killed at random while a campaign goes out: nobody is left out, and what came twice is listed.

A mail server knows no keys: what was in a worker's hands when it died may come twice. A gateway that knows its keys gets the
same again and sends it once.

WAFAA_KILL_MAILS says how many people (1,000), WAFAA_KILL_MOMENTS how many kills (4), WAFAA_KILL_SEED which ones. `-s` tells
what was killed and what was counted.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import psycopg
import pytest
from bench.mail_sink import Sink

from tests.flow.processes import DEAR_S, Shop
from wafaa.act.messages.delivering import BULK
from wafaa.run.tests.processes import copy_prepared, make_environment, wait_until

pytestmark = pytest.mark.slow
MAILS = int(os.environ.get("WAFAA_KILL_MAILS", "1000"))
MOMENTS = int(os.environ.get("WAFAA_KILL_MOMENTS", "4"))
SEED = int(os.environ.get("WAFAA_KILL_SEED", "2"))
# One in ten by the campaign, and of the others one in twenty of all marketing.
SHARE_ASIDE = 0.145
VICTIMS = ("worker", "worker", "postgres")
# A recovery; a child that died often in a row is started again after half a minute.
PATIENCE_S = 300
STATES = """
SELECT coalesce(jsonb_object_agg(state, told), '{}')
FROM (SELECT state, count(*) AS told FROM act_messages_message GROUP BY state) AS by_state
"""
WALKED = "SELECT count(*) FROM decide_journeys_campaign WHERE walked_at IS NOT NULL"
SENT = "SELECT coalesce(array_agg(uuid::text), '{}') FROM act_messages_message WHERE state = 'sent'"
UNSURE = "SELECT coalesce(array_agg(uuid::text), '{}') FROM act_messages_message WHERE is_unsure"
TOLD = "SELECT count(*), count(DISTINCT message_id) FROM stream_event WHERE name = 'Message Sent'"
ASIDE = "SELECT count(*) FROM act_messages_message WHERE state = 'refused' AND why = 'control'"


class Gateway(ThreadingHTTPServer):
    """Takes messages by HTTP and sends each key's once, as providers with idempotency keys do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: Counter[str] = Counter()  # requests by key
        self.reached: Counter[str] = Counter()  # messages by number
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/send"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self, key: str, number: str) -> None:
        with self.lock:
            self.reached[number] += key not in self.taken
            self.taken[key] += 1

    def handle_error(self, request: object, client_address: object) -> None:
        """Senders that are killed break off anywhere."""


class _Taking(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.server.take(key.removeprefix("message:"), told["to"])
        answer = json.dumps({"id": key}).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_told: object) -> None:
        """The tests' output is theirs."""


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def gateway():
    gateway = Gateway()
    yield gateway
    gateway.shutdown()
    gateway.server_close()


@pytest.fixture
def shop(tmp_path: Path, sink: Sink):
    shop = Shop(
        copy_prepared(tmp_path / "home"),
        WAFAA_EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
        WAFAA_OUTBOUND_ALLOW_PRIVATE="1",
    ).start()
    yield shop
    shop.clear()


def do(shop: Shop, *arguments: str) -> None:
    """What staff do, by a program of its own."""
    environment = make_environment(
        shop.home,
        WAFAA_DATABASE_URL=shop.database_url,
        WAFAA_OUTBOUND_ALLOW_PRIVATE="1",
        DJANGO_SETTINGS_MODULE="wafaa.config.settings",
    )
    command = [sys.executable, "-m", "tests.flow.campaigns", *arguments]
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE_S)


def kill_one(shop: Shop, victim: str) -> bool:
    """False where it was killed a moment ago and is not back yet."""
    try:
        shop.server.find_child(victim).kill()
    except (ValueError, psutil.Error):
        return False
    return True


def kill_at_random(shop: Shop, taken: Counter[str], expected: int) -> Counter[str]:
    """Each when so many mails have left that the kills are spread over all of them."""
    chance, killed = random.Random(SEED), Counter[str]()
    for number in range(MOMENTS):
        until = (number + chance.random()) * expected / MOMENTS
        wait_until(lambda until=until: len(taken) >= until, PATIENCE_S)
        victim = chance.choice(VICTIMS)
        wait_until(lambda victim=victim: kill_one(shop, victim), PATIENCE_S)
        killed[victim] += 1
    return killed


def is_over(shop: Shop) -> bool:
    """Everybody was walked past, and no message is on its way."""
    with suppress(psycopg.Error, AssertionError):
        (states,) = shop.ask(STATES)
        return shop.ask(WALKED) == (1,) and not {"held", "queued"} & set(states)
    return False


def run_campaign(shop: Shop, taken: Counter[str], channel: str) -> Counter[str]:
    """To everybody and to its end, through all kills; which those were."""
    do(shop, "people", str(MAILS), channel)
    do(shop, "launch", channel)
    began = time.monotonic()
    killed = kill_at_random(shop, taken, expected=MAILS * 85 // 100)
    wait_until(lambda: is_over(shop), PATIENCE_S, every_s=DEAR_S)
    took_s = time.monotonic() - began
    shop.wait_until_well()
    shop.wait_until_settled()
    named = ", ".join(f"{name} {times}" for name, times in sorted(killed.items()))
    print(f"\n{channel}: {killed.total()} kills ({named}) in {took_s:.0f} s")
    return killed


def check_all_reached(shop: Shop, taken: Counter[str]) -> tuple[set[str], set[str]]:
    """Nobody was left out, and the stream was told of each once. Gives back what came twice, and what is listed as unsure."""
    repeated = {name for name, times in taken.items() if times > 1}
    (sent,), (unsure,), (aside,) = shop.ask(SENT), shop.ask(UNSURE), shop.ask(ASIDE)
    print(
        f"people {MAILS}, kept aside {aside}, sent {len(sent)}, taken {len(taken)}, lost {len(set(sent) - set(taken))}, "
        f"handed over twice {len(repeated)}, listed as unsure {len(unsure)}: {sorted(repeated)}"
    )
    assert shop.ask(STATES)[0] == {"sent": MAILS - aside, "refused": aside}
    assert aside == pytest.approx(MAILS * SHARE_ASIDE, rel=0.3)
    assert set(taken) == set(sent)
    assert shop.ask(TOLD) == (len(sent), len(sent))
    return repeated, set(unsure)


def test_mails_through_kills_reach_everybody_and_what_came_twice_is_listed(shop: Shop, sink: Sink):
    killed = run_campaign(shop, sink.taken, "email")

    taken = Counter({name.partition("@")[0]: times for name, times in sink.taken.items()})
    repeated, unsure = check_all_reached(shop, taken)
    # one for each thread that had a mail in its hands when its worker died, and each of them is listed
    assert repeated <= unsure
    assert taken.total() - len(taken) <= killed["worker"] * BULK.senders


def test_by_a_gateway_that_knows_its_keys_everybody_gets_one_through_kills(shop: Shop, gateway: Gateway):
    do(shop, "gateway", gateway.url)
    run_campaign(shop, gateway.taken, "sms")

    _repeated, unsure = check_all_reached(shop, gateway.taken)
    print(f"numbers reached {len(gateway.reached)}, messages that arrived {gateway.reached.total()}")
    assert unsure == set()
    assert set(gateway.reached.values()) == {1}
    assert len(gateway.reached) == len(gateway.taken)
