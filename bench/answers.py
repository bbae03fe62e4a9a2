"""Answers sent over HTTP at a steady rate, each a whole response with its event; and as fast as they are taken."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.ingest import serving
from bench.process import run
from bench.report import Limit, Part
from wafaa.run.postgres import EmbeddedPostgres

CONNECTIONS = 64
RATE_PER_S = 200
SECONDS = 30
WARMING = 400
P95_LIMIT_S = 0.1
HOW = (
    "One web process and its client share the machine's cores with PostgreSQL, which syncs every commit. Each form answers four "
    "questions of a published survey and completes a response: one statement and one commit write the response, its answers and "
    "the event “Survey Answered”; the sender's address is counted before, without waiting for the disk. Each form comes from an address of its own. The wait "
    "is counted from the moment at which a form was due, so that a late client counts as a slow server.\n"
)


@dataclass
class Taken:
    """Waits of the forms in seconds, and how long all took."""

    waits: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * share))]


def measure_answers(folder: Path, rate: int = RATE_PER_S, seconds: int = SECONDS) -> Part:
    """On an embedded server of its own."""
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET max_connections = 100")
        server.restart()
        home = folder / "home"
        run("wafaa.run", "prepare", home=home, WAFAA_DATABASE_URL=url)
        steady, rushed = rate * seconds, rate * seconds // 2
        made = run(
            "bench.answers_made", str(WARMING + steady + rushed), str(folder / "forms"), home=home, WAFAA_DATABASE_URL=url
        )  # fmt: skip
        address = json.loads(made)["address"]
        forms = [json.loads(line) for line in (folder / "forms").read_text().splitlines()]
        bodies = [form["body"].encode() for form in forms]
        with serving(home, url, WAFAA_TRUSTED_PROXIES="1") as port:
            print("answers: steady", flush=True)
            send(port, address, bodies[:WARMING], rate=0)
            paced = send(port, address, bodies[WARMING : WARMING + steady], rate=rate)
            print("answers: as fast as they go", flush=True)
            fast = send(port, address, bodies[WARMING + steady :], rate=0)
        stored = count(url)
    finally:
        server.stop()
    return describe(paced, fast, rate, stored, len(forms))


def count(url: str) -> tuple[int, int, int]:
    """Complete responses, their answers, and events."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM listen_surveys_response WHERE state = 'complete'), "
            "(SELECT count(*) FROM listen_surveys_answer), "
            "(SELECT count(*) FROM stream_event WHERE name = 'Survey Answered')"
        ).fetchone()
    assert row is not None
    return row


def send(port: int, address: str, bodies: list[bytes], *, rate: int) -> Taken:
    """Over 64 connections that stay open; `rate` 0 is as fast as answers come."""
    taken, places, lock = Taken(), iter(range(len(bodies))), threading.Lock()
    started = time.perf_counter() + 0.2

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                break
            due = started + place / rate if rate else time.perf_counter()
            if (left := due - time.perf_counter()) > 0:
                time.sleep(left)
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"10.{number}.{place // 250 % 250}.{place % 250}",
            }
            connection.request("POST", address, bodies[place], headers)
            answer = connection.getresponse()
            answer.read()
            wait = time.perf_counter() - due
            with lock:
                taken.waits.append(wait)
                if answer.status != http.HTTPStatus.SEE_OTHER:
                    taken.refused.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.seconds = time.perf_counter() - started
    return taken


def describe(paced: Taken, fast: Taken, rate: int, stored: tuple[int, int, int], sent: int) -> Part:
    refused = len(paced.refused) + len(fast.refused)
    p95 = paced.percentile(0.95)
    responses, answers, events = stored
    return Part(
        heading="Answers to surveys over HTTP",
        limits=[
            Limit(
                what=f"95th percentile of a form at {rate} a second, {CONNECTIONS} connections",
                measured=f"{p95 * 1000:.0f} ms",
                limit=f"at most {P95_LIMIT_S * 1000:.0f} ms",
                is_kept=p95 <= P95_LIMIT_S,
            ),
            Limit(
                what="forms that were refused or lost, or counted twice",
                measured=str(refused + abs(sent - responses) + abs(sent - events)),
                limit="0",
                is_kept=refused == 0 and responses == events == sent,
            ),
        ],
        text=[
            HOW,
            "| | forms | a second | median | 95th percentile | 99th |\n|---|---:|---:|---:|---:|---:|",
            *(
                f"| {name} | {len(one.waits):,} | {len(one.waits) / one.seconds:,.0f} | {one.percentile(0.5) * 1000:.0f} ms | "
                f"{one.percentile(0.95) * 1000:.0f} ms | {one.percentile(0.99) * 1000:.0f} ms |"
                for name, one in ((f"{rate} a second", paced), ("as fast as they are taken", fast))
            ),
            f"\n{responses:,} responses with {answers:,} answers and {events:,} events were stored of {sent:,} forms.\n",
        ],
    )
