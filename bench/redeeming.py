"""Hold and capture over HTTP beside a minimal double entry in the same server, and whose CPU a request takes."""

import contextlib
import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
import psycopg

from bench.ingest import serving
from bench.ledger import BARE, MEMBERS, ROUNDS, fill, transfer
from bench.process import run
from bench.report import Limit, Part
from bench.sending import Sent, Speaker, make_request, talk
from wafaa.run.postgres import EmbeddedPostgres

CLIENTS, SECONDS, WARM_S = 32, 20, 3
SHARE, P95_S = 1 / 25, 0.080
HOW = (
    "{clients} connections, each holds 7 points of another wallet of {members:,} and captures them, as a checkout does: two requests, "
    "each one durable before its answer. One web process as `wafaa serve` starts it, its client and PostgreSQL share the cores. "
    "The double entry is pgbench's with 16 clients in {rounds} rounds around it, {bare} a second; it has neither keys, lots nor holds."
    "\n"
)


@dataclass(frozen=True, kw_only=True)
class Redeemed:
    sent: Sent
    cpu_s: Counter[str]  # of the web process, the server and the client

    @property
    def pairs(self) -> float:
        """A second."""
        return len(self.sent.waits) / 2 / self.sent.seconds


def measure_redeeming(folder: Path, members: int = MEMBERS) -> Part:
    """On an embedded server of its own."""
    server = EmbeddedPostgres(folder / "postgres")
    url, home = server.start(), folder / "home"
    try:
        run("wafaa.run", "prepare", home=home, WAFAA_DATABASE_URL=url)
        print(f"redeeming: filling {members:,} wallets", flush=True)
        fill(url, members)
        told = run(
            "wafaa.run.cli", *("key", "create", "--name", "bench", "--scope", "write"), home=home, WAFAA_DATABASE_URL=url
        )  # fmt: skip
        key, wallets = told.strip().splitlines()[-1], wallets_of(url)
        bare, redeemed = [], []
        with serving(home, url) as port:
            redeem(port, key, wallets, WARM_S)
            for number in range(ROUNDS):
                print(f"redeeming: round {number + 1}", flush=True)
                bare.append(transfer(url, BARE, members))
                redeemed.append(redeem(port, key, wallets, SECONDS))
    finally:
        server.stop()
    return describe(members, bare, redeemed)


def wallets_of(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT uuid FROM act_points_wallet ORDER BY id LIMIT 4000").fetchall()
    return [str(row[0]) for row in rows]


def redeem(port: int, key: str, wallets: list[str], seconds: float) -> Redeemed:
    until = time.perf_counter() + seconds

    def speak(number: int) -> Speaker:
        done = 0
        while time.perf_counter() < until:
            wallet = wallets[(number + done * CLIENTS) % len(wallets)]
            body = json.dumps({"key": str(uuid.uuid4()), "amount": 7}).encode()
            hold = json.loads((yield make_request(f"/v1/wallets/{wallet}/holds", key, body)))
            yield make_request(f"/v1/holds/{hold['id']}/capture", key, b"{}")
            done += 1

    before = weigh_cpu()
    sent = talk(port, [speak(number) for number in range(CLIENTS)])
    return Redeemed(sent=sent, cpu_s=weigh_cpu() - before)


def weigh_cpu() -> Counter[str]:
    """CPU seconds so far of this process, of the web process and of the server, with those of its ended connections."""
    used: Counter[str] = Counter()
    this = psutil.Process()
    for one in [this, *this.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # some of the server's come and go
            times = one.cpu_times()
            if one == this:
                used["client"] += times.user + times.system
            else:
                ended = times.children_user + times.children_system
                used["server" if one.name().startswith("postgres") else "web"] += (
                    times.user + times.system + ended
                )
    return used


def describe(members: int, bare: list[float], rounds: list[Redeemed]) -> Part:
    """The median round."""
    middle = sorted(rounds, key=lambda one: one.pairs)[len(rounds) // 2]
    share, p95 = middle.pairs / median(bare), middle.sent.p95
    cpu = {name: seconds / len(middle.sent.waits) * 1000 for name, seconds in middle.cpu_s.items()}
    return Part(
        heading=f"Redeeming over HTTP with {members:,} members",
        limits=[
            Limit(
                what=f"pairs of hold and capture over HTTP, {CLIENTS} connections, against the minimal double entry",
                measured=f"1/{1 / share:.1f}", limit=f"at least 1/{1 / SHARE:.0f}", is_kept=share >= SHARE,
            ),
            Limit(
                what="the 95th percentile of such a request",
                measured=f"{p95 * 1000:.0f} ms", limit=f"below {P95_S * 1000:.0f} ms", is_kept=p95 < P95_S,
            ),
        ],
        text=[
            HOW.format(
                clients=CLIENTS, members=members, rounds=len(rounds), bare=", ".join(f"{one:,.0f}" for one in bare)
            ),
            "| | |\n|---|---:|",
            f"| pairs a second, each round | {', '.join(f'{one.pairs:,.0f}' for one in rounds)} |",
            f"| median wait of a request | {median(middle.sent.waits) * 1000:.0f} ms |",
            *(f"| CPU of a request, {name} | {cpu[name]:.2f} ms |" for name in ("web", "server", "client")),
        ],
    )  # fmt: skip
