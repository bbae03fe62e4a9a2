"""From an event to a changed membership: a worker of its own beside events at a rate, with many segments kept up to date."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection

from wafaa.learn.segments.models import Segment
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

WORKER = "from wafaa.run.drainer import main; main()"
LOOK_S = 0.02
PATIENCE_S = 120.0
# While the worker imports, connects and fills its caches.
WARM_S = 8.0
# Of ten events one lets its customer enter, one is an order, two are looked at by most segments, six by none.
KINDS = (
    "Marked",
    "Order Completed",
    "Product Viewed",
    "page",
    "Product Viewed",
    "page",
    "page",
    "page",
    "page",
    "page",
)
SEEN = """
SELECT known.distinct_id
FROM unnest(%(asked)s::text[]) AS asked (distinct_id)
JOIN know_customers_distinctid AS known USING (distinct_id)
JOIN learn_segments_membership AS member
    ON member.build_id = %(build)s AND member.customer_id = known.customer_id AND member.is_member
"""


def measure_freshness(
    build: Callable[[str, dict[str, Any]], Segment],
    warm: Callable[[], int],
    *,
    customers: int,
    segments: int,
    rate: int,
    seconds: int,
) -> dict[str, Any]:
    """Seconds from the commit of an event until its customer is seen among the members."""
    started = time.perf_counter()
    for number in range(segments - 1):
        build(f"Segment {number}", define(number))
    marked = build("Marked", {"events": {"name": "Marked", "measure": "count", "min": 1}})
    built_s = time.perf_counter() - started
    warm_bytes = warm()
    told, seen, ending = dict[str, float](), dict[str, float](), threading.Event()
    with working() as worker, looking(marked.build_id, told, seen, ending):
        send(told, customers=customers, rate=rate, seconds=seconds)
        before = read_cpu(worker)
        deadline = time.monotonic() + PATIENCE_S
        while len(seen) < len(told) and time.monotonic() < deadline:
            time.sleep(LOOK_S)
    waits = sorted(seen[who] - told[who] for who in seen)
    return {
        "segments": segments,
        "rate": rate,
        "seconds": seconds,
        "built_s": built_s,
        "warm_bytes": warm_bytes,
        "told": len(told),
        "seen": len(seen),
        "cpu_share": before / (seconds + WARM_S),
        "median_s": waits[len(waits) // 2],
        "p95_s": waits[int(len(waits) * 0.95)],
        "max_s": waits[-1],
    }


def define(number: int) -> dict[str, Any]:
    """Segments as shops have them: a few conditions each, most of them on what just happened."""
    viewed = {
        "events": {
            "name": "Product Viewed",
            "measure": "count",
            "min": 1 + number % 5,
            "window": {"last": 7 + number % 30, "unit": "days"},
        }
    }
    bought = {"orders": {"measure": "count", "min": 2 + number % 7}}
    speaks = {"profile": {"field": "language", "one_of": ["ar"]}}
    lately = {
        "orders": {"measure": "sum", "min": 5_000, "window": {"last": 2 + number % 11, "unit": "weeks"}}
    }
    return {"all": [(bought, lately)[number % 2], viewed, speaks]}


@contextmanager
def working() -> Iterator[int]:
    """A worker that drains all consumers and keeps segments true, as `wafaa worker` starts it."""
    process = subprocess.Popen([sys.executable, "-c", WORKER])
    try:
        time.sleep(WARM_S)
        yield process.pid
        assert process.poll() is None, "the worker ended"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def read_cpu(pid: int) -> float:
    """Seconds of a core that the process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send(told: dict[str, float], *, customers: int, rate: int, seconds: int) -> None:
    started, sent = time.perf_counter(), 0
    who = random.Random(7).sample(range(1, customers + 1), min(customers, rate * seconds))
    while sent < len(who):
        due = min(len(who), int((time.perf_counter() - started) * rate))
        if due > sent:
            events = [make_event(sent + place, one) for place, one in enumerate(who[sent:due])]
            record_events(events=events)
            now = time.perf_counter()
            told |= {one.distinct_id: now for one in events if one.name == "Marked"}
            sent = due
        time.sleep(0.01)


def make_event(place: int, customer: int) -> NewEvent:
    name = KINDS[place % len(KINDS)]
    properties: dict[str, Any] = {"product_id": "p1"}
    if name == "Order Completed":
        product = {"product_id": "p1", "quantity": 1, "price": "25.50"}
        properties = {"order_id": str(uuid.uuid4()), "currency": "SAR", "products": [product]}
    return NewEvent(
        message_id=uuid.uuid4(),
        type="track",
        name=name,
        distinct_id=f"c{customer}",
        occurred_at=datetime.now(UTC),
        properties=properties,
        source="bench",
    )


@contextmanager
def looking(
    build_id: int | None, told: dict[str, float], seen: dict[str, float], ending: threading.Event
) -> Iterator[None]:
    """Asks the database again and again for those who were told of and not seen yet."""

    def look() -> None:
        parameters = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
        with psycopg.connect(**parameters, autocommit=True) as looker:
            while not ending.is_set():
                asked = [who for who in list(told) if who not in seen]
                if asked:
                    rows = looker.execute(SEEN, {"asked": asked, "build": build_id}).fetchall()
                    now = time.perf_counter()
                    seen.update((who, now) for (who,) in rows)
                ending.wait(LOOK_S)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
