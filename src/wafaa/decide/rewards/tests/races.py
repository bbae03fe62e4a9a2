"""Many members at the same moment on what is scarce: exactly as many get one, and no points are lost."""

import random
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from django.db.models import F, Sum
from tests.racing import Round, Told, race

from wafaa.act.points.actions import award, open_wallets
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Transfer
from wafaa.act.points.rules import Kind as Movement
from wafaa.decide.loyalty.actions import join, make_programme, publish
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.actions import cancel, confirm, make_reward, place, take_back
from wafaa.decide.rewards.models import Redemption, Stock
from wafaa.decide.rewards.rules import HOLDING, Kind, Span, Standing, State
from wafaa.decide.rewards.rules.terms import Terms
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.actions import ensure_customers

MEMBERS = 40
PRICE = 7
# What is scarce: mostly what is in stock, for which whoever comes too late is answered soonest.
SHAPES = ("stock", "both", "stock", "both", "all", "each")


def make_scene() -> tuple[Programme, list[int]]:
    """A programme, and members with enough points for all rounds."""
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


def make_race(*shapes: str) -> Round:
    """Rounds of these shapes in turn."""
    return partial(run_round, *make_scene(), shapes or SHAPES)


def run_round(
    programme: Programme,
    members: Sequence[int],
    shapes: Sequence[str],
    pool: ThreadPoolExecutor,
    told: Told,
    seed: int,
    clients: int,
) -> None:
    """Of k in stock, for all or for each member; some held by whoever never came back. Then all of them settle at once."""
    chance = random.Random(seed)
    shape, places = shapes[seed % len(shapes)], chance.choice((1, 1, chance.randint(2, 12)))
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


def check() -> list[str]:
    """The ledger is whole, and what is spent is what is redeemed."""
    faults = [str(one) for one in check_books()]
    mine = Transfer.objects.filter(key__startswith="rewards:")
    spent = mine.filter(kind__in=(Movement.CAPTURE, Movement.SPEND)).aggregate(sum=Sum("amount"))["sum"] or 0
    back = mine.filter(kind=Movement.RESTORE).aggregate(sum=Sum("amount"))["sum"] or 0
    rows = Redemption.objects.filter(confirmed_at__isnull=False)
    told = rows.aggregate(sum=Sum(F("points") - F("returned")))["sum"] or 0
    return faults if spent - back == told else [*faults, f"{spent - back} spent, {told} redeemed"]
