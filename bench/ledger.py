"""The ledger beside a minimal double entry in the same server: transfers, awards in bulk, and the nightly end of lots."""

import subprocess
import threading
import time
from pathlib import Path
from statistics import median

import psycopg

from bench.process import run
from bench.report import Limit, Part
from wafaa.run.postgres import EmbeddedPostgres, find_programs

MEMBERS = 1_000_000
CLIENTS, SECONDS, ROUNDS = 16, 10, 3
RATIO = 0.8
EXPIRY_S, WAIT_S = 60.0, 1.0
BULK_SHARE, BULK = 1 / 3, 1_000_000
BULK_CHUNK = 10_000
PLACES = """
\\set source random(1, :members)
\\set step random(1, :members - 1)
\\set target (:source + :step - 1) % :members + 1
"""
BARE = PLACES + "SELECT bare_move(:source, :target, 5);\n"
# Keys come in the order of time from each client, as the house's own and UUIDs of version 7 do.
OURS = (
    PLACES
    + "\\set turn :turn + 1\n"
    + "SELECT act_points_move('bench:' || :round || ':' || :client_id || ':' || :turn, :source, :target, 5, now(), '{}');\n"
)
HOW = (
    "Random wallets of {members:,} members, 16 clients of pgbench, in turns on one server that syncs every commit; the median of "
    "{rounds} rounds of {seconds} s each. The bare one writes two balances, a transfer and two entries; ours does as much and keeps "
    "a permanent key, takes from lots in the order of their ends, notes which, and gives the receiver a lot with the same end.\n"
)


def measure_ledger(folder: Path, members: int = MEMBERS) -> Part:
    """On an embedded server of its own."""
    server = EmbeddedPostgres(folder / "postgres")
    url = server.start()
    try:
        home = folder / "home"
        run("wafaa.run", "prepare", home=home, WAFAA_DATABASE_URL=url)
        print(f"ledger: filling {members:,} wallets", flush=True)
        fill(url, members)
        bare, ours = [], []
        for number in range(ROUNDS):
            print(f"ledger: transfers, round {number + 1}", flush=True)
            bare.append(transfer(url, BARE, members))
            ours.append(transfer(url, OURS, members))
        print("ledger: awards in bulk", flush=True)
        bulk_bare, bulk_ours = award_in_bulk(url)
        print("ledger: the nightly end of lots", flush=True)
        ended, seconds, longest = end_lots(url, members)
        print("ledger: books", flush=True)
        checked = time.perf_counter()
        books = run("wafaa.run.cli", "books", "check", "--lang", "en", home=home, WAFAA_DATABASE_URL=url)
        checked = time.perf_counter() - checked
    finally:
        server.stop()
    return describe(
        members,
        (bare, ours),
        (bulk_bare, bulk_ours),
        (ended, seconds, longest),
        (books, checked),
    )


def fill(url: str, members: int) -> None:
    text = (Path(__file__).parent / "ledger.sql").read_text(encoding="utf-8").format(members=members)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in split(text):
            connection.execute(statement)


def split(text: str) -> list[str]:
    """Statements, each ended by a semicolon at a line's end outside of a function's body."""
    found, lines, inside = [], [], False
    for line in text.splitlines():
        lines.append(line)
        inside ^= line.count("$$") % 2 == 1
        if line.endswith(";") and not inside:
            found.append("\n".join(lines))
            lines = []
    return found


def transfer(url: str, script: str, members: int) -> float:
    """Transfers a second."""
    done = subprocess.run(
        [
            str(find_programs() / "pgbench"), "--no-vacuum", "--file=-", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=1",
            f"--time={SECONDS}", f"--define=members={members}", "--define=turn=0", f"--define=round={time.time_ns()}", url,
        ],
        input=script, capture_output=True, text=True, check=False,  # the reason is told below
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("tps")]
    return float(line.split()[2])


def award_in_bulk(url: str) -> tuple[float, float]:
    """Awards a second: as bare entries by INSERT ... SELECT, and by the ledger with keys, lots and balances."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare_bulk (LIKE bare_entry INCLUDING ALL)")
        started = time.perf_counter()
        connection.execute(
            "WITH made AS (INSERT INTO bare_transfer SELECT nextval(pg_get_serial_sequence('bare_transfer', 'id')) "
            "FROM generate_series(1, %s) RETURNING id) "
            "INSERT INTO bare_entry (transfer_id, account_id, amount) "
            "SELECT id, account, amount FROM (SELECT id, row_number() OVER () AS n FROM made) AS made "
            "CROSS JOIN LATERAL (VALUES (1::bigint, -5::bigint), (n, 5)) AS entry (account, amount)",
            [BULK],
        )
        bare = BULK / (time.perf_counter() - started)
        started = time.perf_counter()
        for first in range(1, BULK + 1, BULK_CHUNK):
            connection.execute(
                "SELECT count(*) FROM (SELECT act_points_award_many(array_agg('bulk:' || n), array_agg(n), array_agg(5::bigint), "
                "array_agg(now()), array_agg(NULL::timestamptz), array_agg(now() + interval '1 year'), array_agg('{}'::jsonb)) "
                "FROM generate_series(%s::bigint, %s::bigint) AS n) AS done",
                [first, first + BULK_CHUNK - 1],
            )
        return bare, BULK / (time.perf_counter() - started)


def end_lots(url: str, members: int) -> tuple[int, float, float]:
    """How many lots ended, in how many seconds, and the longest that somebody who spent meanwhile waited."""
    over, waits = threading.Event(), [0.0]

    def spend() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            number = 0
            while not over.is_set():
                number += 1
                started = time.perf_counter()
                connection.execute(
                    "SELECT act_points_debit(%s, 3, 2, %s, 1, now(), '{}')",
                    [f"night:{number}", number * 7919 % members + 1],
                )
                waits.append(time.perf_counter() - started)
                time.sleep(0.002)

    with psycopg.connect(url, autocommit=True) as connection:
        # the first award of each member ends now; those of the bulk stay to be spent
        connection.execute("UPDATE act_points_lot SET expires_at = now() WHERE id <= %s", [members])
        connection.execute("VACUUM ANALYZE act_points_lot")
        connection.execute("CHECKPOINT")
        spender = threading.Thread(target=spend)
        spender.start()
        started, ended = time.perf_counter(), 0
        while True:
            row = connection.execute("SELECT gone FROM act_points_expire(now(), 5000)").fetchone()
            assert row is not None
            if not row[0]:
                break
            ended += row[0]
        seconds = time.perf_counter() - started
        over.set()
        spender.join()
    return ended, seconds, max(waits)


def describe(
    members: int,
    transfers: tuple[list[float], list[float]],
    bulk: tuple[float, float],
    night: tuple[int, float, float],
    books: tuple[str, float],
) -> Part:
    bare, ours = (median(one) for one in transfers)
    ended, seconds, longest = night
    said, checked = books
    return Part(
        heading=f"Ledger with {members:,} members",
        limits=[
            Limit(
                what=f"transfers between random wallets, {CLIENTS} clients, against a minimal double entry",
                measured=f"{ours / bare:.2f}", limit=f"at least {RATIO}", is_kept=ours / bare >= RATIO,
            ),
            Limit(
                what=f"{BULK:,} awards in bulk, against INSERT ... SELECT of bare entries",
                measured=f"{bulk[1] / bulk[0]:.2f}", limit="at least 0.33", is_kept=bulk[1] / bulk[0] >= BULK_SHARE,
            ),
            Limit(
                what=f"the nightly end of {ended:,} lots",
                measured=f"{seconds:.0f} s", limit=f"below {EXPIRY_S:.0f} s", is_kept=seconds < EXPIRY_S,
            ),
            Limit(
                what="the longest wait of whoever spent meanwhile",
                measured=f"{longest:.2f} s", limit=f"below {WAIT_S:.0f} s", is_kept=longest < WAIT_S,
            ),
        ],
        text=[
            HOW.format(members=members, rounds=ROUNDS, seconds=SECONDS),
            "| | a second |\n|---|---:|",
            f"| minimal double entry, {', '.join(f'{one:,.0f}' for one in transfers[0])} | {bare:,.0f} |",
            f"| ours, {', '.join(f'{one:,.0f}' for one in transfers[1])} | {ours:,.0f} |",
            f"| awards in bulk, bare entries | {bulk[0]:,.0f} |",
            f"| awards in bulk with keys, lots and balances | {bulk[1]:,.0f} |",
            f"| lots that ended | {ended / seconds:,.0f} |",
            f"\n`wafaa books check` afterwards, {checked:.0f} s: {' '.join(said.split())}\n",
        ],
    )  # fmt: skip
