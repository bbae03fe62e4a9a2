"""Awarding a day's orders to all members by the programme's rules beside bare entries of the same amounts; quotes over HTTP."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import psycopg

from bench.ingest import serving
from bench.process import run
from bench.report import Limit, Part
from wafaa.run.postgres import EmbeddedPostgres

MEMBERS, RULES = 1_000_000, 100
BULK_SHARE = 1 / 3
QUOTE_P95_S, QUOTES, ASKERS = 0.050, 1_000, 2
HOW = (
    "One order each of {members:,} members, whose wallets are open, by the rules of the ready programme for shops: each becomes an occasion, is judged by all "
    "rules, gets a row that says what it earned and why, a transfer under a permanent key, a lot with its end, a balance, and an event "
    "that is told; 5,000 in a transaction, over two connections, as the stream hands them on where much waits. The bare one is one "
    "statement of one connection: a transfer and two entries of the same points, nothing else. Quotes are carts of five lines of "
    "a member, {askers} clients, over the API, with {rules} rules that hold beside the others.\n"
)


def measure_loyalty(folder: Path, members: int = MEMBERS) -> Part:
    """On an embedded server of its own."""
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    home = folder / "home"
    try:
        run("wafaa.run", "prepare", home=home, WAFAA_DATABASE_URL=url)
        print(f"loyalty: a day's orders of {members:,} members", flush=True)
        told = json.loads(
            run(
                "bench.loyalty_made", str(members), str(RULES), home=home, WAFAA_DATABASE_URL=url,
                DJANGO_SETTINGS_MODULE="wafaa.config.settings",
            ).splitlines()[-1]
        )  # fmt: skip
        print("loyalty: quotes", flush=True)
        key = run(
            "wafaa.run.cli", "key", "create", "--name", "bench", "--scope", "write", home=home, WAFAA_DATABASE_URL=url
        )  # fmt: skip
        with serving(home, url) as port:
            waits = quote(port, key.strip().splitlines()[-1], list_customers(url))
    finally:
        server.stop()
    return describe(told, waits)


def list_customers(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT uuid FROM know_customers_customer ORDER BY id LIMIT 500").fetchall()
    return [str(row[0]) for row in rows]


def quote(port: int, key: str, customers: list[str]) -> list[float]:
    """The wait of each request, the first ones left out."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(number: int) -> list[float]:
        connection, waits = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        for turn in range(QUOTES // ASKERS):
            lines = [
                {
                    "sku": f"P{(turn * 5 + line) % 5000 + 1}",
                    "category": f"Category {line}",
                    "amount_minor": 12_345,
                }
                for line in range(5)
            ]
            body = {
                "customer_id": customers[(turn * ASKERS + number) % len(customers)],
                "currency": "SAR",
                "lines": lines,
            }
            started = time.perf_counter()
            connection.request("POST", "/v1/quotes", json.dumps(body), headers)
            answer = connection.getresponse()
            said = answer.read()
            waits.append(time.perf_counter() - started)
            assert answer.status == http.HTTPStatus.OK, said
        assert len(json.loads(said)[-1]["rules"]) == RULES
        return waits[50:]

    with ThreadPoolExecutor(ASKERS) as pool:
        return [wait for waits in pool.map(ask, range(ASKERS)) for wait in waits]


def describe(told: dict[str, float], waits: list[float]) -> Part:
    members = int(told["members"])
    share = told["bare"] / told["ours"]
    p95 = sorted(waits)[int(len(waits) * 0.95)]
    return Part(
        heading=f"Loyalty rules, {members:,} members",
        limits=[
            Limit(
                what="a day's orders awarded by the rules, against INSERT ... SELECT of bare entries",
                measured=f"{share:.3f}", limit="at least 0.333", is_kept=share >= BULK_SHARE,
            ),
            Limit(
                what=f"a quote with {RULES} live rules, 95th percentile",
                measured=f"{p95 * 1000:.0f} ms", limit=f"below {QUOTE_P95_S * 1000:.0f} ms", is_kept=p95 < QUOTE_P95_S,
            ),
        ],
        text=[
            HOW.format(members=members, askers=ASKERS, rules=RULES),
            "| | |\n|---|---:|",
            f"| bare entries, a second | {members / told['bare']:,.0f} |",
            f"| orders awarded by the rules, a second | {members / told['ours']:,.0f} |",
            f"| the longest of 5,000 orders at once | {told['longest']:.2f} s |",
            f"| median wait for a quote | {median(waits) * 1000:.0f} ms |",
        ],
    )  # fmt: skip
