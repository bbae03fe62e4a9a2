"""Events sent over HTTP against the same rows written straight into the same table, in turns, on one embedded PostgreSQL."""

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.process import run
from bench.report import Limit, Part
from bench.sending import Sent, make_request, send_all
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.programs import find_programs
from wafaa.run.tests.processes import find_free_port

ROUNDS = 3
BATCHES, BATCH_EVENTS, BATCH_CONNECTIONS = 400, 100, 16
SINGLES, SINGLE_CONNECTIONS = 12_000, 64
TRANSACTIONS = 400  # of each client
# pgbench's clients, the web process and this one.
CONNECTIONS_MAX = 100
COLUMNS = "message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source"
CONTEXT = {
    "library": {"name": "analytics.js", "version": "2.11.1"},
    "page": {"path": "/products/a-1", "url": "https://shop.example/products/a-1", "title": "قهوة عربية"},
    "locale": "ar-SA",
    "ip": "203.0.113.7",
}
HOW = (
    "The same rows into the same tables with the same indexes, on one embedded PostgreSQL that syncs every commit; best of {rounds} "
    "turns each. An event's rows are two: itself, and its message id, whose index keeps it from counting twice; COPY without ids "
    "writes the first alone. Over HTTP: one web process with its client on the same cores, durable before the answer.\n"
)
_CLEAR = "TRUNCATE stream_event, stream_messageid"
_INSERT = f"""\\set number random(1, 2000000000)
WITH known AS (INSERT INTO stream_messageid (message_id) VALUES ('m' || :client_id || '-' || :number))
INSERT INTO stream_event ({COLUMNS})
VALUES ('m' || :client_id || '-' || :number, 'track', 'Product Viewed', 'C' || :number % 5000, now(), now(), '{{properties}}', '{{context}}', 'bench');
"""


def measure_ingest(folder: Path) -> Part:
    """Both contestants write into the same table of the same server, which is empty before each turn."""
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS_MAX}")
        server.restart()
        prepared = run("wafaa.run", "prepare", home=folder / "home", WAFAA_DATABASE_URL=url)
        assert "error" not in prepared, prepared
        key = make_key(folder / "home", url)
        with serving(folder / "home", url) as port:
            print("ingest: batches", flush=True)
            bare, without_ids, batches = measure_batches(url, port, key)
            print("ingest: single events", flush=True)
            inserted, singles = measure_singles(url, port, key)
    finally:
        server.stop()
    return describe(bare, without_ids, batches, inserted, singles)


def make_key(home: Path, url: str) -> str:
    told = run(
        "wafaa.run.cli", *("key", "create", "--name", "Bench", "--scope", "ingest"), home=home, WAFAA_DATABASE_URL=url
    )  # fmt: skip
    return next(word for word in told.split() if word.startswith("wf_ingest_"))


@contextmanager
def serving(home: Path, url: str, **more: str) -> Iterator[int]:
    """The web process as `wafaa serve` starts it, alone: who handles the events afterwards is measured elsewhere."""
    port = find_free_port()
    environment = {
        **os.environ,
        "WAFAA_HOME": str(home),
        "WAFAA_DATABASE_URL": url,
        "WAFAA_WEB_HOST": "127.0.0.1",
        "WAFAA_WEB_PORT": str(port),
        **more,
    }
    process = subprocess.Popen([sys.executable, "-m", "wafaa.run", "web"], env=environment)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                send_all(port, [b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"], connections=1)
                break
            except OSError:
                assert process.poll() is None, "the web process ended"
                assert time.monotonic() < deadline, "the web process does not answer"
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def make_event(number: int) -> dict[str, object]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "userId": f"C{number % 5_000}",
        "messageId": str(uuid.uuid4()),
        "timestamp": "2026-05-01T12:00:00.000Z",
        "properties": {
            "product_id": f"P{number % 700}",
            "sku": f"SKU-{number % 700}",
            "name": "قهوة عربية",
            "category": "Coffee",
            "price": 45.5,
            "currency": "SAR",
            "quantity": 1,
        },
        "context": CONTEXT,
    }


def measure_batches(url: str, port: int, key: str) -> tuple[list[float], list[float], list[Sent]]:
    """Seconds of the bare COPY with and without ids, and the requests, for the same number of rows, in turns."""
    bare, without_ids, sent = [], [], []
    for _ in range(ROUNDS):
        events = [make_event(number) for number in range(BATCHES * BATCH_EVENTS)]
        parts = [events[start : start + BATCH_EVENTS] for start in range(0, len(events), BATCH_EVENTS)]
        for seconds, with_ids in ((bare, True), (without_ids, False)):
            clear(url)
            seconds.append(copy_bare(url, [make_rows(part) for part in parts], with_ids=with_ids))
            assert count(url) == len(events)
        clear(url)
        bodies = [make_request("/v1/batch", key, json.dumps({"batch": part}).encode()) for part in parts]
        sent.append(send_all(port, bodies, connections=BATCH_CONNECTIONS))
        assert count(url) == len(events)
    return bare, without_ids, sent


def make_rows(events: list[dict[str, object]]) -> bytes:
    """As COPY takes them: text, tabs, backslashes doubled."""
    lines = []
    for event in events:
        values = (
            *(
                event["messageId"],
                "track",
                event["event"],
                event["userId"],
                event["timestamp"],
                event["timestamp"],
            ),
            *(json.dumps(event[name], ensure_ascii=False) for name in ("properties", "context")),
            "key:bench",
        )
        lines.append("\t".join(str(value).replace("\\", "\\\\") for value in values))
    return ("\n".join(lines) + "\n").encode()


def copy_bare(url: str, parts: list[bytes], *, with_ids: bool) -> float:
    ids = [b"".join(line.partition(b"\t")[0] + b"\n" for line in part.splitlines()) for part in parts]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        for part, part_ids in zip(parts, ids, strict=True):
            if with_ids:
                with cursor.copy("COPY stream_messageid (message_id) FROM STDIN") as copy:
                    copy.write(part_ids)
            with cursor.copy(f"COPY stream_event ({COLUMNS}) FROM STDIN") as copy:
                copy.write(part)
            connection.commit()
        return time.perf_counter() - started


def measure_singles(url: str, port: int, key: str) -> tuple[list[float], list[Sent]]:
    """Rows a second of pgbench, and the requests, in turns."""
    inserted, sent = [], []
    for _ in range(ROUNDS):
        clear(url)
        inserted.append(run_pgbench(url))
        clear(url)
        requests = [
            make_request("/v1/track", key, json.dumps(make_event(number)).encode())
            for number in range(SINGLES)
        ]
        sent.append(send_all(port, requests, connections=SINGLE_CONNECTIONS))
        assert count(url) == SINGLES
    return inserted, sent


def run_pgbench(url: str) -> float:
    """Transactions a second: the same row, one a transaction, statements prepared."""
    event = make_event(7)
    texts = {
        name: json.dumps(event[name], ensure_ascii=False).replace("'", "''")
        for name in ("properties", "context")
    }
    # pgbench takes a colon before a word for a variable
    script = _INSERT.format(**{name: re.sub(r":(?=\w)", ": ", text) for name, text in texts.items()})
    told = subprocess.run(
        [str(find_programs() / "pgbench"), "--no-vacuum", "--file=-", f"--client={SINGLE_CONNECTIONS}",
         "--protocol=prepared", f"--transactions={TRANSACTIONS}", url],
        input=script, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", told.stdout)
    assert found, told.stdout + told.stderr
    return float(found[1])


def clear(url: str) -> None:
    """An empty table, and nothing left to be written that an earlier turn made."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_CLEAR)
        connection.execute("CHECKPOINT")


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM stream_event").fetchone()
        assert row
        return int(row[0])


def describe(
    bare: list[float],
    without_ids: list[float],
    batches: list[Sent],
    inserted: list[float],
    singles: list[Sent],
) -> Part:
    """The best turn of each counts: what disturbs a turn only ever slows it down."""
    rows = BATCHES * BATCH_EVENTS
    copied, batched = rows / min(bare), rows / min(one.seconds for one in batches)
    written, single = max(inserted), SINGLES / min(one.seconds for one in singles)
    batch_ms = min(one.p95 for one in batches) * 1_000
    single_ms = min(one.p95 for one in singles) * 1_000
    return Part(
        heading=f"Ingest of events over HTTP, {rows:,} in batches and {SINGLES:,} single ones",
        limits=[
            Limit(
                what=f"batches of {BATCH_EVENTS}, speed against a bare COPY in transactions of {BATCH_EVENTS}",
                measured=f"{batched / copied:.2f}",
                limit="at least 1.00",
                is_kept=batched >= copied,
            ),
            Limit(
                what=f"single events, {SINGLE_CONNECTIONS} connections, speed against pgbench with as many clients",
                measured=f"{single / written:.2f}",
                limit="at least 0.25",
                is_kept=single >= written / 4,
            ),
        ],
        text=[
            HOW.format(rounds=ROUNDS),
            "| | events a second | 95th percentile of an answer |\n|---|---:|---:|",
            f"| bare COPY by one connection | {copied:,.0f} | |",
            f"| the same without ids | {rows / min(without_ids):,.0f} | |",
            f"| HTTP, batches of {BATCH_EVENTS}, {BATCH_CONNECTIONS} connections | {batched:,.0f} | {batch_ms:.0f} ms |",
            f"| pgbench, one row a transaction, {SINGLE_CONNECTIONS} clients | {written:,.0f} | |",
            f"| HTTP, single events, {SINGLE_CONNECTIONS} connections | {single:,.0f} | {single_ms:.0f} ms |",
        ],
    )
