"""Many members at the same moment over few connections, on what is scarce: exactly as many get one, and no points are lost.

python -m wafaa.decide.rewards.tests.races [rounds] [clients] [connections]     (1,000 rounds; needs a database of its own)
"""

import random
import sys
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from wafaa.act.vouchers.tests.races import close_connections, race

CLIENTS = 200
CONNECTIONS = 16
MEMBERS = 40
PRICE = 7
# What is scarce: mostly what is in stock, for which whoever comes too late is answered soonest.
SHAPES = ("stock", "both", "stock", "both", "all", "each")


@dataclass
class Told:
    """What came of all rounds."""

    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def make_scene() -> tuple[Any, list[int]]:
    """A programme, and members with enough points for all rounds."""
    from wafaa.act.points.actions import award, open_wallets
    from wafaa.decide.loyalty.actions import join, make_programme, publish
    from wafaa.kit import clock
    from wafaa.know.customers.actions import ensure_customers

    programme = make_programme(name={"en": "Races"}, by=None, preset="retail")
    publish(programme=programme, by=None)
    programme.refresh_from_db()
    names = [f"race:{uuid.uuid4().hex[:8]}:{number}" for number in range(MEMBERS)]
    members = sorted(ensure_customers(names).values())
    wallets = open_wallets(unit_id=programme.unit_id, customer_ids=members)
    for member in members:
        join(programme=programme, customer_id=member)
        award(key=f"test:{uuid.uuid4()}", wallet_id=wallets[member], amount=10**7, at=clock.now())
    return programme, members


def run_round(
    pool: ThreadPoolExecutor, told: Told, scene: tuple[Any, list[int]], seed: int, clients: int
) -> None:
    """Of k in stock, for all or for each member; some held by whoever never came back. Then all of them settle at once."""
    from datetime import timedelta

    from wafaa.decide.rewards.actions import cancel, confirm, make_reward, place, take_back
    from wafaa.decide.rewards.models import Redemption, Stock
    from wafaa.decide.rewards.rules import HOLDING, Kind, Span, Standing, State
    from wafaa.decide.rewards.rules.terms import Terms
    from wafaa.kit import clock
    from wafaa.kit.errors import WafaaError

    programme, members = scene
    chance = random.Random(seed)
    shape, places = (
        chance.choice(SHAPES),
        chance.choice((1, 1, chance.randint(2, 12))),
    )
    reward = make_reward(
        programme=programme,
        terms=Terms(
            name={"en": f"Round {seed}"},
            kind=Kind.EXPERIENCE,
            points=PRICE,
            stock=places if shape in {"stock", "both"} else None,
            limits={Span.DAY: places} if shape in {"all", "both"} else {},
            member_limits={Span.MONTH: places} if shape == "each" else {},
        ),
        state=State.LIVE,
        by=None,
    )
    now = clock.now()
    for number in range(chance.randint(0, places)):
        place(
            key=f"{reward.uuid}:late:{number}",
            customer_id=members[number],
            reward_id=reward.pk,
            at=now - timedelta(hours=1),
            ends_in=timedelta(minutes=1),
        )
    few = members[:3] if shape == "each" else members
    made: dict[str, int] = {}

    def ask(number: int) -> str:
        key = f"{reward.uuid}:{number - number % 3 if number % 7 == 0 else number}"  # some are sent again by another
        sender = int(key.rpartition(":")[2])
        try:
            place(key=key, customer_id=few[sender % len(few)], reward_id=reward.pk, at=now)
        except WafaaError as error:
            return error.code
        is_first = made.setdefault(key, number) == number
        return "placed" if is_first else "again"

    counted = race(pool, clients, ask)
    held = Redemption.objects.filter(reward=reward, state=Standing.PLACED, ends_at__gt=now)
    wanted = places * len(few) if shape == "each" else places
    if (counted["placed"], held.count()) != (wanted, wanted):
        told.faults.append(f"seed {seed}: {shape}, {places} places, {held.count()} held, {dict(counted)}")
    told.outcomes += counted

    pks = list(held.values_list("pk", flat=True))

    def settle(number: int) -> str:
        """Each is confirmed, given up and taken back by several at once."""
        pk = pks[number % len(pks)]
        deed = (confirm, cancel, take_back)[chance_of[number]]
        try:
            deed(key=f"{reward.uuid}:{deed.__name__}:{pk}", redemption_id=pk, at=now)
        except WafaaError as error:
            return error.code
        return deed.__name__

    chance_of = [chance.randint(0, 2) for _ in range(clients)]
    told.outcomes += race(pool, min(clients // 4, 6 * len(pks)), settle)
    holding = Redemption.objects.filter(reward=reward, state__in=HOLDING).count()
    left = Stock.objects.get(reward=reward).remaining
    if left is not None and left + holding != places:
        told.faults.append(f"seed {seed}: {left} left and {holding} held of {places}")
    told.rounds += 1


def check_points() -> list[str]:
    """The ledger is whole, and what is spent is what is redeemed."""
    from django.db.models import F, Sum

    from wafaa.act.points.checking import check_books
    from wafaa.act.points.models import Transfer
    from wafaa.act.points.rules import Kind
    from wafaa.decide.rewards.models import Redemption

    faults = [str(one) for one in check_books()]
    mine = Transfer.objects.filter(key__startswith="rewards:")
    spent = mine.filter(kind__in=(Kind.CAPTURE, Kind.SPEND)).aggregate(sum=Sum("amount"))["sum"] or 0
    back = mine.filter(kind=Kind.RESTORE).aggregate(sum=Sum("amount"))["sum"] or 0
    rows = Redemption.objects.filter(confirmed_at__isnull=False)
    told = rows.aggregate(sum=Sum(F("points") - F("returned")))["sum"] or 0
    return faults if spent - back == told else [*faults, f"{spent - back} spent, {told} redeemed"]


def run_races(rounds: int, *, clients: int = CLIENTS, connections: int = CONNECTIONS, seed: int = 0) -> Told:
    """Each connection is one thread's, and serves many clients."""
    told, scene, started = Told(), make_scene(), time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        try:
            for number in range(rounds):
                run_round(pool, told, scene, seed + number, clients)
        finally:
            close_connections(pool, connections)
    told.seconds = time.perf_counter() - started
    told.faults += check_points()
    return told


def main() -> int:
    import django

    django.setup()
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
    print("\n".join(told.faults) or "each time exactly as many as there were, and every point accounted for")
    return 1 if told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
