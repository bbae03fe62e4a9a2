"""Web, workers and PostgreSQL are killed at random while programs send and members redeem: events acknowledged = events stored =
effects counted, each order has earned its points and its stamp once, each refund took them back once, and all that was given,
redeemed and told of tiers agrees with the ledger.

WAFAA_KILL_MOMENTS says how many kills (6), WAFAA_KILL_SEED which ones. `-s` tells what was killed, and what was counted.
"""

import http.client
import json
import os
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from bench.process import run

from tests.flow.members import MEMBERS, Redeemer
from tests.flow.processes import DEAR_S, Shop
from wafaa.run.tests.processes import copy_prepared, wait_until

pytestmark = pytest.mark.slow
MOMENTS = int(os.environ.get("WAFAA_KILL_MOMENTS", "6"))
SEED = int(os.environ.get("WAFAA_KILL_SEED", "1"))
VICTIMS = ("web", "worker", "drainer", "postgres")
SENDERS, CUSTOMERS_PER_SENDER = 3, 40
REDEMPTIONS = 12  # at least
# A recovery, and a child that died often in a row is started again after half a minute.
PATIENCE_S = 180
PRICE_MINOR = 1250
# What programs sent; not what the house itself tells.
STORED = "SELECT count(*), count(DISTINCT message_id) FROM stream_event WHERE source LIKE 'key:%'"
MISSING = """
SELECT count(*) FROM unnest(%(sent)s::text[]) AS sent (id)
WHERE NOT EXISTS (SELECT FROM stream_event AS known WHERE known.message_id = sent.id)
"""
ORDERS = "SELECT count(*), count(DISTINCT external_id), coalesce(sum(gross_minor), 0) FROM know_orders_order"
CUSTOMERS = (
    "SELECT count(*), count(nullif(name, '')) FROM know_customers_customer WHERE external_id IS NOT NULL"
)
TOTALS = "SELECT sum(orders), sum(gross_minor), sum(refunded_minor) FROM know_orders_customertotals"
# A point for each riyal of an order, rounded down, and a stamp for each piece.
POINTS, STAMPS = PRICE_MINOR // 100, 1
# Orders that earned by a rule, how much all of them have of it, and the most awards that one had.
EARNED = """
SELECT count(*) FILTER (WHERE net > 0), coalesce(sum(net), 0)::bigint, max(awards)
FROM (
    SELECT sum(CASE kind WHEN 1 THEN amount ELSE -amount END) AS net, count(*) FILTER (WHERE kind = 1) AS awards
    FROM act_points_transfer
    WHERE kind IN (1, 9) AND cause ->> 'rule' = %(rule)s AND cause ? 'order'
    GROUP BY cause ->> 'order'
) AS by_order
"""
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
    refunds: int = 0
    repeats: int = 0
    failure: BaseException | None = None

    def run(self) -> None:
        self.chance = random.Random(SEED * 100 + self.number)
        self.kept = defaultdict[str, list[str]](list)  # customer -> orders that were not refunded
        try:
            while not self.ending.is_set():
                customer = f"{self.number}-{self.chance.randrange(CUSTOMERS_PER_SENDER)}"
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
        batch, kept = [who, page], self.kept[customer]
        if kept and self.chance.random() < 0.3:
            refunded = kept.pop(self.chance.randrange(len(kept)))
            told = {"refund_id": f"R{refunded}", "order_id": refunded}
            batch.append(self._make_event("Order Refunded", customer, told))
            self.refunds += 1
        for _ in range(2):
            kept.append(str(uuid.uuid4()))
            batch.append(self._make_event("Order Completed", customer, {"order_id": kept[-1]}))
        return [{**each, "messageId": str(uuid.uuid4())} for each in batch]

    @staticmethod
    def _make_event(name: str, customer: str, told: dict) -> dict:
        price = f"{PRICE_MINOR / 100:.2f}"
        line = {"product_id": "S1", "name": "Scarf", "quantity": 1, "price": price}
        told = {**told, "currency": "SAR", "total": price, "products": [line]}
        return {"type": "track", "event": name, "userId": customer, "properties": told}

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


def count_answered(senders: list[Sender], till: Redeemer) -> tuple[int, int]:
    assert [one.failure for one in (*senders, till) if one.failure] == []
    return sum(len(sender.answered) for sender in senders), till.deeds


def is_beyond(now: tuple[int, int], before: tuple[int, int]) -> bool:
    return all(one > other for one, other in zip(now, before, strict=True))


def test_whatever_is_killed_nothing_is_lost_and_nothing_counts_twice(shop: Shop, tmp_path: Path):
    told = ask_beside(shop, "begin")
    ending, closing = threading.Event(), threading.Event()
    chance, killed = random.Random(SEED), Counter[str]()
    senders = [Sender(number, shop.server.port, told["site"], ending) for number in range(SENDERS)]
    till = Redeemer(shop.server.port, told, closing, SEED, PATIENCE_S)
    threads = [threading.Thread(target=one.run) for one in (*senders, till)]
    began = time.monotonic()
    for thread in threads:
        thread.start()

    while sum(killed.values()) < MOMENTS:
        # each kill meets senders and a till that are being answered
        before = count_answered(senders, till)
        wait_until(lambda seen=before: is_beyond(count_answered(senders, till), seen), PATIENCE_S)
        time.sleep(chance.uniform(0.0, 0.6))
        victim = chance.choice(VICTIMS)
        killed[victim] += kill_one(shop, victim)

    ending.set()
    wait_until(lambda: len(till.answered) >= REDEMPTIONS or till.failure, PATIENCE_S)
    closing.set()
    for thread in threads:
        thread.join()
    shop.wait_until_well()
    wait_until(lambda: is_handled(shop), PATIENCE_S, every_s=DEAR_S)

    count_answered(senders, till)
    answered = [each for sender in senders for each in sender.answered]
    orders, refunds = (sum(getattr(sender, name) for sender in senders) for name in ("orders", "refunds"))
    customers = len(set().union(*(sender.customers for sender in senders)))
    stored = shop.ask(STORED)
    counted = shop.ask(ORDERS)
    (tmp_path / "told").write_text(
        json.dumps({"answered": till.answered, "used": till.used, "captured_minor": till.captured_minor})
    )
    members = ask_beside(shop, "check", str(tmp_path / "told"))
    print(
        f"\n{sum(killed.values())} kills ({', '.join(f'{name} {times}' for name, times in sorted(killed.items()))}) "
        f"in {time.monotonic() - began:.0f} s, {sum(one.repeats for one in (*senders, till))} requests sent again\n"
        f"acknowledged {len(answered)}, stored {stored[0]}, missing {shop.ask(MISSING, {'sent': answered})[0]}, "
        f"stored twice {stored[0] - stored[1]}\n"
        f"orders told {orders}, counted {counted[0]}; customers told {customers}, known {shop.ask(CUSTOMERS)[1]}\n"
        f"{members['counts']}, {len(till.used)} codes used"
    )
    assert shop.ask(MISSING, {"sent": answered}) == (0,)
    assert stored == (len(answered), len(answered))
    assert counted == (orders, orders, orders * PRICE_MINOR)
    assert shop.ask(CUSTOMERS) == (customers + MEMBERS, customers)
    assert shop.ask(TOTALS) == (orders, orders * PRICE_MINOR, refunds * PRICE_MINOR)
    assert shop.ask(PARKED) == (0,)
    kept = orders - refunds
    assert shop.ask(EARNED, {"rule": "1"}) == (kept, kept * POINTS, 1)
    assert shop.ask(EARNED, {"rule": "2"}) == (kept, kept * STAMPS, 1)
    assert not members["faults"], "\n".join(members["faults"])
    assert min(*members["counts"].values(), len(till.used)) > 0
    books = shop.run("books", "check", "--lang", "en")
    print(books.stdout)
    assert books.returncode == 0, books.stdout


def ask_beside(shop: Shop, *arguments: str) -> Any:
    """In a process of its own, with the shop's database."""
    return json.loads(
        run("tests.flow.members", *arguments, home=shop.home, WAFAA_DATABASE_URL=shop.database_url)
    )


def is_handled(shop: Shop) -> bool:
    with suppress(psycopg.Error):
        return shop.is_settled()
    return False
