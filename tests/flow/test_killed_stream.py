"""Web, workers and PostgreSQL are killed at random while programs send: events acknowledged = events stored = effects counted,
and each order has earned its points once.

WAFAA_KILL_MOMENTS says how many kills (6), WAFAA_KILL_SEED which ones. `-s` tells what was killed, and what was counted.
"""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.flow.processes import DEAR_S, Shop
from wafaa.run.tests.processes import copy_prepared, make_environment, wait_until

pytestmark = pytest.mark.slow
MOMENTS = int(os.environ.get("WAFAA_KILL_MOMENTS", "6"))
SEED = int(os.environ.get("WAFAA_KILL_SEED", "1"))
VICTIMS = ("web", "worker", "drainer", "postgres")
SENDERS, CUSTOMERS_PER_SENDER = 3, 40
# A recovery, and a child that died often in a row is started again after half a minute.
PATIENCE_S = 180
PRICE_MINOR = 1250
# But for what the programme tells of it.
STORED = "SELECT count(*), count(DISTINCT message_id) FROM stream_event WHERE name NOT IN ('Points Awarded', 'Member Joined')"
MISSING = """
SELECT count(*) FROM unnest(%(sent)s::text[]) AS sent (id)
WHERE NOT EXISTS (SELECT FROM stream_event AS known WHERE known.message_id = sent.id)
"""
ORDERS = "SELECT count(*), count(DISTINCT external_id), coalesce(sum(gross_minor), 0) FROM know_orders_order"
CUSTOMERS = (
    "SELECT count(*), count(nullif(name, '')) FROM know_customers_customer WHERE external_id IS NOT NULL"
)
TOTALS = "SELECT sum(orders), sum(gross_minor) FROM know_orders_customertotals"
# One point for each riyal of an order, rounded down.
BEGIN_LOYALTY = """
import django; django.setup()
from wafaa.decide.loyalty.actions import make_programme, publish
publish(programme=make_programme(name={"en": "Club"}, by=None, preset="retail"), by=None)
"""
POINTS = PRICE_MINOR // 100
EARNED = (
    "SELECT count(*), count(DISTINCT cause ->> 'order'), coalesce(sum(amount), 0)::bigint FROM act_points_transfer "
    "WHERE kind = 1 AND cause ->> 'rule' = '1'"
)
PARKED = "SELECT count(*) FROM stream_parkedevent"


@pytest.fixture
def shop(tmp_path: Path):
    shop = Shop(copy_prepared(tmp_path / "home"), workers=2).start()
    yield shop
    shop.clear()


@dataclass
class Sender:
    """One program that sends batch after batch, as client libraries do: again until it is answered."""

    number: int
    port: int
    key: str
    ending: threading.Event
    answered: list[str] = field(default_factory=list)
    customers: set[str] = field(default_factory=set)
    orders: int = 0
    repeats: int = 0
    failure: BaseException | None = None

    def run(self) -> None:
        chance = random.Random(SEED * 100 + self.number)
        try:
            while not self.ending.is_set():
                customer = f"{self.number}-{chance.randrange(CUSTOMERS_PER_SENDER)}"
                batch = self._make_batch(customer)
                self._send(json.dumps({"batch": batch}).encode())
                self.answered += [each["messageId"] for each in batch]
                self.customers.add(customer)
                self.orders += 2
        except BaseException as failure:
            self.failure = failure

    def _make_batch(self, customer: str) -> list[dict]:
        who = {"type": "identify", "userId": customer, "traits": {"name": f"Customer {customer}"}}
        page = {"type": "page", "anonymousId": f"device-{customer}", "name": "Home"}
        order = {"type": "track", "event": "Order Completed", "userId": customer}
        batch = [who, page, *({**order, "properties": self._make_order()} for _ in range(2))]
        return [{**each, "messageId": str(uuid.uuid4())} for each in batch]

    @staticmethod
    def _make_order() -> dict:
        price = f"{PRICE_MINOR / 100:.2f}"
        line = {"product_id": "S1", "name": "Scarf", "quantity": 1, "price": price}
        return {"order_id": str(uuid.uuid4()), "currency": "SAR", "total": price, "products": [line]}

    def _send(self, body: bytes) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("POST", "/v1/batch", body, headers)
                status = connection.getresponse().status
                connection.close()
                if status == http.HTTPStatus.OK:
                    return
                assert status >= http.HTTPStatus.INTERNAL_SERVER_ERROR, status
            self.repeats += 1
            time.sleep(0.05)
        raise AssertionError("never answered")


def kill_one(shop: Shop, victim: str) -> bool:
    """False where it was killed a moment ago and is not back yet."""
    try:
        shop.server.find_child(victim).kill()
    except (ValueError, psutil.Error):
        return False
    return True


def count_answered(senders: list[Sender]) -> int:
    assert [sender.failure for sender in senders if sender.failure] == []
    return sum(len(sender.answered) for sender in senders)


def test_whatever_is_killed_nothing_is_lost_and_nothing_counts_twice(shop: Shop):
    made = shop.run("key", "create", "--name", "Site", "--scope", "ingest")
    key = next(word for word in made.stdout.split() if word.startswith("wf_ingest_"))
    begin_loyalty(shop)
    ending, chance, killed = threading.Event(), random.Random(SEED), Counter[str]()
    senders = [Sender(number, shop.server.port, key, ending) for number in range(SENDERS)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    began = time.monotonic()
    for thread in threads:
        thread.start()

    while sum(killed.values()) < MOMENTS:
        # each kill meets senders that are being answered
        before = count_answered(senders)
        wait_until(lambda seen=before: count_answered(senders) > seen, PATIENCE_S)
        time.sleep(chance.uniform(0.0, 0.6))
        victim = chance.choice(VICTIMS)
        killed[victim] += kill_one(shop, victim)

    ending.set()
    for thread in threads:
        thread.join()
    shop.wait_until_well()
    wait_until(lambda: is_handled(shop), PATIENCE_S, every_s=DEAR_S)

    answered = [each for sender in senders for each in sender.answered]
    orders = sum(sender.orders for sender in senders)
    customers = len(set().union(*(sender.customers for sender in senders)))
    stored = shop.ask(STORED)
    counted = shop.ask(ORDERS)
    print(
        f"\n{sum(killed.values())} kills ({', '.join(f'{name} {times}' for name, times in sorted(killed.items()))}) "
        f"in {time.monotonic() - began:.0f} s, {sum(sender.repeats for sender in senders)} requests sent again\n"
        f"acknowledged {len(answered)}, stored {stored[0]}, missing {shop.ask(MISSING, {'sent': answered})[0]}, "
        f"stored twice {stored[0] - stored[1]}\n"
        f"orders told {orders}, counted {counted[0]}; customers told {customers}, known {shop.ask(CUSTOMERS)[0]}"
    )
    assert shop.ask(MISSING, {"sent": answered}) == (0,)
    assert stored == (len(answered), len(answered))
    assert counted == (orders, orders, orders * PRICE_MINOR)
    assert shop.ask(CUSTOMERS) == (customers, customers)
    assert shop.ask(TOTALS) == (orders, orders * PRICE_MINOR)
    assert shop.ask(PARKED) == (0,)
    assert shop.ask(EARNED) == (orders, orders, orders * POINTS)
    books = shop.run("books", "check", "--lang", "en")
    print(books.stdout)
    assert books.returncode == 0, books.stdout


def begin_loyalty(shop: Shop) -> None:
    environment = make_environment(
        shop.home, WAFAA_DATABASE_URL=shop.database_url, DJANGO_SETTINGS_MODULE="wafaa.config.settings"
    )
    subprocess.run([sys.executable, "-c", BEGIN_LOYALTY], env=environment, check=True)


def is_handled(shop: Shop) -> bool:
    with suppress(psycopg.Error):
        return shop.is_settled()
    return False
