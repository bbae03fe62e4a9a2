"""Many clients at the same moment over few connections, on what is scarce: exactly as many get some as there is.

python -m tests.racing wallet|code|card|stock [rounds] [clients] [connections]

1,000 rounds of 200 clients over 16 connections unless told otherwise; needs a database of its own, which may be empty.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module

CLIENTS = 200
CONNECTIONS = 16
# Each module offers `make_race`, what a round is, and `check`, what must hold when all are over.
RACES = {
    "wallet": "wafaa.act.points.tests.races",
    "code": "wafaa.act.vouchers.tests.code_races",
    "card": "wafaa.act.vouchers.tests.card_races",
    "stock": "wafaa.decide.rewards.tests.races",
}


@dataclass
class Told:
    """What came of all rounds."""

    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


# One round with so many clients, from a seed, written to what is told.
Round = Callable[[ThreadPoolExecutor, Told, int, int], None]


def race(pool: ThreadPoolExecutor, clients: int, deed: Callable[[int], str]) -> Counter[str]:
    """All clients stand ready before the first is let go."""
    gate = threading.Event()

    def run(number: int) -> str:
        gate.wait()
        return deed(number)

    asked = [pool.submit(run, number) for number in range(clients)]
    gate.set()
    return Counter(one.result() for one in asked)


def run_races(
    run_round: Round,
    rounds: int,
    *,
    clients: int = CLIENTS,
    connections: int = CONNECTIONS,
    seed: int = 0,
    says: bool = False,
) -> Told:
    """Each connection is one thread's, and serves many clients. With `says` it prints how far it is."""
    told, started = Told(), time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        try:
            for number in range(rounds):
                run_round(pool, told, seed + number, clients)
                told.rounds += 1
                if says and told.rounds % 50 == 0:
                    print(f"{told.rounds:,} rounds, {len(told.faults)} faults", flush=True)
        finally:
            close_connections(pool, connections)
    told.seconds = time.perf_counter() - started
    return told


def close_connections(pool: ThreadPoolExecutor, connections: int) -> None:
    """Each thread its own."""
    from django.db import connection

    barrier = threading.Barrier(connections)

    def end(_number: int) -> None:
        barrier.wait()
        connection.close()

    list(pool.map(end, range(connections)))


def main(what: str, rounds: int = 1_000, clients: int = CLIENTS, connections: int = CONNECTIONS) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    races = import_module(RACES[what])
    seed = int(time.time())
    told = run_races(
        races.make_race(), rounds, clients=clients, connections=connections, seed=seed, says=True
    )
    asked = sum(told.outcomes.values())
    print(
        f"{told.rounds:,} rounds of {clients} clients over {connections} connections: {told.seconds:.0f} s,"
    )
    print(f"{asked:,} asked ({asked / told.seconds:,.0f} a second): {dict(told.outcomes)}")
    faults = [*told.faults, *races.check()]
    print("\n".join(faults) or "each time exactly as many as there was for, and the books agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(one) for one in sys.argv[2:])))
