"""How fast events are handed on, how soon they are seen, and what the processes weigh that do it."""

import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from bench.ingest import make_key
from bench.process import run
from bench.report import Limit, Part
from bench.sending import make_request, send_all
from bench.serving import weigh
from wafaa.run.analyst import REST_AFTER_S
from wafaa.run.home import Home
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import Serving

EVENTS = 1_000_000
RATE, BATCH_EVENTS, CONNECTIONS = 1_000, 10, 8
# Long enough that the first moments, in which everything is loaded, are few.
SENDING_S = 30
LOOK_S = 0.01
PATIENCE_S = 120
IDLE_S = 10
DRAINED_LIMIT, SEEN_LIMIT_MS, MEMORY_LIMIT_MB = 5_000, 300, 450
# A new customer's identify and order: the timeline knows whose they are, the order is counted.
SEEN = """
SELECT known.distinct_id
FROM unnest(%(asked)s::text[]) AS asked (distinct_id)
JOIN know_customers_distinctid AS known USING (distinct_id)
JOIN know_orders_customertotals AS totals ON totals.customer_id = known.customer_id AND totals.orders > 0
JOIN know_customers_customer AS customer ON customer.id = known.customer_id AND customer.name <> ''
"""


def measure_drain(folder: Path, events: int) -> Part:
    drained = drain_stored(folder / "stored", events)
    print(drained, flush=True)
    os.environ.pop("WAFAA_DATABASE_URL", None)
    server = Serving(folder / "serving").wait()
    try:
        weights, idle = weigh_idle(server)
        print(weights, idle, flush=True)
        seen = measure_latency(server)
    finally:
        server.stop()
    rate, memory = drained["events"] / drained["seconds"], sum(weights.values())
    p95 = seen.p(0.95)
    return Part(
        heading=f"Draining {events:,} stored events, and how soon sent ones are seen",
        limits=[
            Limit(
                what="stored events through all consumers, by one worker",
                measured=f"{rate:,.0f} a second",
                limit=f"at least {DRAINED_LIMIT:,} a second",
                is_kept=rate >= DRAINED_LIMIT,
            ),
            Limit(
                what=f"from 200 answered to seen, at {RATE:,} events a second, 95th percentile",
                measured=f"{p95 * 1000:,.0f} ms",
                limit=f"at most {SEEN_LIMIT_MS} ms",
                is_kept=p95 * 1000 <= SEEN_LIMIT_MS,
            ),
            Limit(
                what="idle memory without PostgreSQL, proportional set size",
                measured=f"{memory:,.0f} MB",
                limit=f"below {MEMORY_LIMIT_MB} MB",
                is_kept=memory < MEMORY_LIMIT_MB,
            ),
        ],
        text=describe(drained, weights, idle, seen),
    )


def describe(
    drained: dict[str, Any], weights: dict[str, float], idle: dict[str, float], seen: "Seen"
) -> list[str]:
    mix = (
        "Pages, products, carts, identifies, orders, deliveries and refunds of a shop, many of them by devices that nobody knows. "
        f"The worker's process used {drained['cpu_seconds']:.0f} CPU seconds and {drained['peak_mb']:.0f} MB; PostgreSQL ran on the "
        "same machine.\n"
    )
    meant = (
        "Seen means: the customer, who was new, is known by name, the timeline has the events, the order is in the totals. Sent in "
        f"batches of {BATCH_EVENTS} over {CONNECTIONS} connections for {SENDING_S} s ({seen.sent / seen.seconds:,.0f} events a second "
        f"came through), looked for every {LOOK_S * 1000:.0f} ms; of {len(seen.waits):,} new customers: median "
        f"{seen.p(0.5) * 1000:,.0f} ms, 99th percentile {seen.p(0.99) * 1000:,.0f} ms, longest {max(seen.waits) * 1000:,.0f} ms.\n"
    )
    processes = ", ".join(f"{name} {megabytes:,.0f} MB" for name, megabytes in weights.items())
    rest = f"the worker used {idle['cpu']:.1%} of a core, {idle['connections']:.0f} connections were open."
    return [
        mix,
        "| consumer | events that it hears | seconds until none waited |\n|---|---:|---:|",
        *(
            f"| {name} | {drained['heard'][name]:,} | {seconds:.0f} |"
            for name, seconds in drained["finished"].items()
        ),
        "",
        meant,
        f"Idle: {processes}; {rest}",
    ]


def drain_stored(folder: Path, events: int) -> dict[str, Any]:
    """In an embedded server of its own."""
    print(f"storing and draining {events:,} events", flush=True)
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        told: dict[str, Any] = json.loads(
            run("bench.draining", str(events), home=folder / "home", WAFAA_DATABASE_URL=url)
        )
    finally:
        server.stop()
    assert not told["left"]["stream_parkedevent"], told
    return told


def weigh_idle(server: Serving) -> tuple[dict[str, float], dict[str, float]]:
    """After a rest in which nothing comes, so long that the analyst has given its memory back: megabytes by process; the
    worker's share of a core, open connections.
    """
    time.sleep(2 * REST_AFTER_S + IDLE_S)
    worker = server.find_child("worker")
    before = worker.cpu_times()
    time.sleep(IDLE_S)
    after = worker.cpu_times()
    used = after.user + after.system - before.user - before.system
    with psycopg.connect(_url(server)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert row
    return weigh(server), {"cpu": used / IDLE_S, "connections": row[0]}


def _url(server: Serving) -> str:
    running = Home(server.home).read_running()
    assert running
    return running.database_url


@dataclass
class Seen:
    """How long each new customer took from the answer to being seen, in seconds."""

    sent: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def p(self, share: float) -> float:
        return sorted(self.waits)[int(len(self.waits) * share)]


def measure_latency(server: Serving) -> Seen:
    key = make_key(server.home, _url(server))
    seen, answered, ending = Seen(), dict[str, float](), threading.Event()
    with looking(_url(server), answered, seen, ending):
        numbers, failures, guard = count(), list[BaseException](), threading.Lock()
        started = time.perf_counter()

        def send() -> None:
            """Each sender takes the next batch when its time has come, so that the rate is kept whatever the answers take."""
            try:
                while (number := next(numbers)) * BATCH_EVENTS < RATE * SENDING_S:
                    wait_s = started + number * BATCH_EVENTS / RATE - time.perf_counter()
                    if wait_s > 0:
                        time.sleep(wait_s)
                    who = f"new-{uuid.uuid4()}"
                    request = make_request("/v1/batch", key, _make_batch(who))
                    send_all(server.port, [request], connections=1)
                    with guard:
                        answered[who] = time.perf_counter()
                        seen.sent += BATCH_EVENTS
            except BaseException as failure:
                failures.append(failure)

        senders = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        seen.seconds = time.perf_counter() - started
        assert not failures, failures
        deadline = time.monotonic() + PATIENCE_S
        while len(seen.waits) < len(answered):
            assert time.monotonic() < deadline, f"{len(answered) - len(seen.waits)} were never seen"
            time.sleep(LOOK_S)
        ending.set()
    return seen


def _make_batch(who: str) -> bytes:
    """One new customer who orders, and others who look around."""
    order = {"order_id": str(uuid.uuid4()), "currency": "SAR", "total": "25.50"}
    line = {"product_id": "p1", "name": "Scarf", "quantity": 1, "price": "25.50"}
    device = f"device-{uuid.uuid4().hex[:3]}"
    batch = [
        {"type": "identify", "userId": who, "traits": {"name": "Noura"}},
        {"type": "track", "event": "Order Completed", "userId": who, "properties": {**order, "products": [line]}},
        *(
            {"type": "page", "anonymousId": device, "name": "Home", "properties": {"path": f"/{number}"}}
            for number in range(BATCH_EVENTS - 2)
        ),
    ]  # fmt: skip
    return json.dumps({"batch": [{**each, "messageId": str(uuid.uuid4())} for each in batch]}).encode()


@contextmanager
def looking(url: str, answered: dict[str, float], seen: Seen, ending: threading.Event) -> Iterator[None]:
    """Asks the database again and again for those who were answered and not seen yet."""

    def look() -> None:
        found = set[str]()
        with psycopg.connect(url, autocommit=True) as connection:
            while not ending.is_set():
                asked = [who for who in list(answered) if who not in found]
                if asked:
                    rows = connection.execute(SEEN, {"asked": asked}).fetchall()
                    now = time.perf_counter()
                    for (who,) in rows:
                        found.add(who)
                        seen.waits.append(max(0.0, now - answered[who]))
                ending.wait(LOOK_S)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield
    finally:
        ending.set()
        looker.join()
