"""Many clients at the same moment over few connections, on what has few places: exactly as many get one.

python -m wafaa.act.vouchers.tests.races [rounds] [clients] [connections]     (1,000 rounds; needs a database of its own)
"""

import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

CLIENTS = 200
CONNECTIONS = 16


@dataclass
class Told:
    """What came of all rounds."""

    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def race(pool: ThreadPoolExecutor, clients: int, deed: Callable[[int], str]) -> Counter[str]:
    """All clients stand ready before the first is let go."""
    gate = threading.Event()

    def run(number: int) -> str:
        gate.wait()
        return deed(number)

    asked = [pool.submit(run, number) for number in range(clients)]
    gate.set()
    return Counter(one.result() for one in asked)


def run_round(pool: ThreadPoolExecutor, told: Told, seed: int, clients: int) -> None:
    """Of one code with k places, of many codes with k together, or of one customer with k, some held by nobody any more."""
    from datetime import timedelta

    from wafaa.act.vouchers.actions import import_codes, make_pool, redeem, reserve
    from wafaa.act.vouchers.errors import VoucherRefused
    from wafaa.act.vouchers.models import Use
    from wafaa.act.vouchers.rules import Cart, Kind, Terms, UseState
    from wafaa.kit import clock
    from wafaa.kit.errors import WafaaError

    chance = random.Random(seed)
    places, shape = chance.randint(1, 12), chance.choice(("code", "pool", "both", "customer"))
    name = uuid.uuid4().hex[:12].upper()
    texts = [f"{name}{number}" for number in range(20)]
    vouchers = make_pool(
        name={"en": name},
        terms=Terms(
            kind=Kind.AMOUNT,
            currency="SAR",
            amount_minor=100,
            code_uses_max=places if shape in {"code", "both"} else None,
            uses_max=places if shape in {"pool", "both"} else None,
            customer_uses_max=places if shape == "customer" else None,
        ),
        by=None,
    )
    import_codes(key=name, pool=vouchers, lines=texts, by=None)
    cart = Cart(currency="SAR", total_minor=1_000)
    customer = find_customer() if shape == "customer" else None
    hot = shape in {"code", "both"}
    late = chance.randint(0, places)
    with clock.fixed_at(clock.now() - timedelta(hours=1)):
        for number in range(late):  # places of whoever never came back
            code = texts[0] if hot else texts[number % len(texts)]
            reserve(key=f"{name}:late:{number}", code=code, cart=cart, customer_id=customer, seconds=60)

    def deed(number: int) -> str:
        code = texts[0] if hot else texts[number % len(texts)]
        act = redeem if number % 2 else reserve
        key = f"{name}:{number - number % 3 if number % 7 == 0 else number}"  # some are sent again by another
        try:
            used = act(key=key, code=code, cart=cart, customer_id=customer)
        except VoucherRefused as error:
            return error.code
        except WafaaError as error:
            return error.code
        return "again" if used.is_replay else "done"

    counted = race(pool, clients, deed)
    told.outcomes += counted
    held = Use.objects.filter(pool=vouchers, state__in=(UseState.RESERVED, UseState.REDEEMED)).count()
    if (counted["done"], held) != (places, places):
        told.faults.append(
            f"seed {seed}: {shape}, {places} places, {counted['done']} done, {held} held, {counted}"
        )
    told.rounds += 1


def find_customer(number: int = 1) -> int:
    from wafaa.know.customers.actions import ensure_customers

    return ensure_customers([f"race:{number}"])[f"race:{number}"]


def run_races(rounds: int, *, clients: int = CLIENTS, connections: int = CONNECTIONS, seed: int = 0) -> Told:
    """Each connection is one thread's, and serves many clients."""
    told, started = Told(), time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        try:
            for number in range(rounds):
                run_round(pool, told, seed + number, clients)
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


def main() -> int:
    import django

    django.setup()
    from wafaa.act.vouchers.tests.build import assert_counters_are_true

    given = [int(one) for one in sys.argv[1:]]
    rounds = given[0] if given else 1_000
    clients = given[1] if len(given) > 1 else CLIENTS
    connections = given[2] if len(given) > 2 else CONNECTIONS
    told = run_races(rounds, clients=clients, connections=connections, seed=int(time.time()))
    asked = sum(told.outcomes.values())
    print(
        f"{told.rounds:,} rounds of {clients} clients over {connections} connections: {told.seconds:.0f} s,"
    )
    print(f"{asked:,} asked ({asked / told.seconds:,.0f} a second): {dict(told.outcomes)}")
    print("\n".join(told.faults) or "each time exactly as many as there were places")
    if rounds <= 100:
        assert_counters_are_true()
    return 1 if told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
