"""Many clients at the same moment on one wallet: exactly as many get something as it holds, and the books agree."""

import random
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from tests.racing import Round as Race
from tests.racing import Told, race

from wafaa.act.points import actions
from wafaa.act.points.checking import check_books
from wafaa.act.points.errors import HoldOver, KeyReused, TooLittle
from wafaa.act.points.models import Hold
from wafaa.act.points.queries import get_balance
from wafaa.act.points.rules import HoldState, UnitKind
from wafaa.kit import clock

PRICE = 30
PART = 20
DAY = timedelta(days=1)
WON = ("held", "spent", "moved")


@dataclass
class Round:
    """Two wallets, and whoever wants something of the first."""

    wallet_id: int
    other_id: int
    at: datetime
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def ask(self, number: int, wave: str) -> str:
        """Held, spent or given to the other wallet; some are sent again by another client."""
        sender = number - number % 3 if number % 7 == 0 else number
        key, kind = f"{self.name}:{wave}:{sender}", sender // 3 % 3
        try:
            if kind == 0:
                done = actions.place_hold(
                    key=key, wallet_id=self.wallet_id, amount=PRICE, at=self.at, ends_at=self.at + DAY
                )
                return "again" if done.is_replay else "held"
            if kind == 1:
                posting = actions.spend(key=key, wallet_id=self.wallet_id, amount=PRICE, at=self.at)
                return "again" if posting.is_replay else "spent"
            posting = actions.move(
                key=key, source_id=self.wallet_id, target_id=self.other_id, amount=PRICE, at=self.at
            )
        except TooLittle:
            return "too little"
        return "again" if posting.is_replay else "moved"

    def settle(self, hold: uuid.UUID, kind: int) -> str:
        """Captured whole or in part, or let go; each hold by many at once."""
        try:
            if kind == 2:
                return "voided" if actions.void_hold(hold=hold, at=self.at) else "was free"
            part = PRICE if kind == 0 else PART
            done = actions.capture_hold(key=f"{self.name}:{hold}:{kind}", hold=hold, at=self.at, amount=part)
        except (HoldOver, KeyReused):
            return "over"
        return "captured again" if done.is_replay else f"captured {part}"


def run_round(pool: ThreadPoolExecutor, told: Told, seed: int, clients: int) -> None:
    """Exactly k of all clients win; then holds are settled while others go on asking; then all that is left is asked for."""
    chance = random.Random(seed)
    places = chance.randint(1, 12)
    one = make_round(chance, places, clock.now())

    def say(what: object) -> None:
        told.faults.append(f"seed {seed}: {places} places, {what}")

    first = race(pool, clients, lambda number: one.ask(number, "first"))
    if (count_won(first), get_balance(one.wallet_id, one.at).available) != (places, 0):
        say(f"{dict(first)}, {get_balance(one.wallet_id, one.at)}")

    mine = Hold.objects.filter(wallet=one.wallet_id).order_by("pk")
    holds = list(mine.values_list("uuid", flat=True))

    def go_on(number: int) -> str:
        if number % 2 or not holds:
            return one.ask(number, "second")
        return one.settle(holds[number // 2 % len(holds)], chances[number])

    chances = [chance.randrange(3) for _ in range(clients)]
    second = race(pool, clients // 2, go_on)
    settled = second["voided"] + second[f"captured {PRICE}"] + second[f"captured {PART}"]
    if settled != mine.filter(uuid__in=holds).exclude(state=HoldState.OPEN).count():
        say(f"settled otherwise than told: {dict(second)}")

    freed = second["voided"] * PRICE + second[f"captured {PART}"] * (PRICE - PART)
    third: Counter[str] = Counter()
    while not third["too little"]:
        third[one.ask(third.total() * 3 + 1, "third")] += 1
    won, left = first + second + third, freed % PRICE
    told.outcomes += won
    open_holds = PRICE * mine.filter(state=HoldState.OPEN).count()
    here, there = get_balance(one.wallet_id, one.at), get_balance(one.other_id, one.at)
    if (count_won(won), here.available, here.held, there.available) != (
        places + freed // PRICE,
        left,
        open_holds,
        won["moved"] * PRICE,
    ):
        say(f"{freed} freed, {dict(won)}, {here}, {there}")


def make_round(chance: random.Random, places: int, now: datetime) -> Round:
    """k times the price in several lots, some pending until a moment ago; and points that ended, which nobody may have."""
    unit = actions.make_unit(code="race", name={"en": "points"}, kind=UnitKind.POINTS)
    wallet, other = actions.open_wallet(unit_id=unit.pk), actions.open_wallet(unit_id=unit.pk)
    one = Round(wallet.pk, other.pk, now)
    cuts = sorted({0, places * PRICE, *(chance.randrange(1, places * PRICE) for _ in range(4))})
    hour_ago, minute_ago = now - timedelta(hours=1), now - timedelta(minutes=1)
    lots = [
        (
            end - start,
            chance.choice((None, minute_ago)),
            chance.choice((None, now + DAY, now + 2 * DAY)),
        )
        for start, end in pairwise(cuts)
    ]
    for number, (amount, usable_from, expires_at) in enumerate([*lots, (7 * PRICE, None, minute_ago)]):
        actions.award(
            key=f"{one.name}:lot:{number}",
            wallet_id=wallet.pk,
            amount=amount,
            at=hour_ago,
            usable_from=usable_from,
            expires_at=expires_at,
        )
    return one


def count_won(told: Counter[str]) -> int:
    return sum(told[word] for word in WON)


def make_race() -> Race:
    return run_round


def check() -> list[str]:
    return [str(one) for one in check_books()]
