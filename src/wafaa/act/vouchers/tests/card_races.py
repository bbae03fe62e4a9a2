"""Many clients at the same moment on one gift card: exactly as many get something as it holds, and the books agree."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.racing import Round, Told, race

from wafaa.act.points.actions import capture_hold, void_hold
from wafaa.act.points.checking import check_books
from wafaa.act.points.errors import HoldOver, KeyReused, TooLittle
from wafaa.act.points.models import Hold, Wallet
from wafaa.act.vouchers.actions import hold_on_card, issue_card
from wafaa.kit import clock

PRICE = 500


def run_round(pool: ThreadPoolExecutor, told: Told, seed: int, clients: int) -> None:
    """A card for k purchases. Of those who get one, some capture it whole, some a part, some let go; a few send theirs again."""
    chance = random.Random(seed)
    places, name = chance.randint(1, 12), uuid.uuid4().hex
    card = issue_card(key=name, amount_minor=places * PRICE, currency="SAR")

    def deed(number: int) -> str:
        key = f"{name}:{number - number % 3 if number % 7 == 0 else number}"  # some are sent again by another
        try:
            held = hold_on_card(key=key, code=card.shown, amount_minor=PRICE, seconds=600)
        except TooLittle:
            return "too little"
        return "again" if held.is_replay else "done"

    counted = race(pool, clients, deed)
    wallet = Wallet.objects.get(pk=card.wallet_id)
    told.outcomes += counted
    if (counted["done"], wallet.active, wallet.held) != (places, 0, places * PRICE):
        told.faults.append(
            f"seed {seed}: {places} places, {counted}, {wallet.active} left, {wallet.held} held"
        )
    taken = list(wallet_holds(card.wallet_id))

    def settle(number: int) -> str:
        """Captured by one and let go by another at the same moment: one of the two."""
        hold, kind = taken[number % len(taken)], number // len(taken) % 3
        try:
            if kind == 2:
                return "voided" if void_hold(hold=hold, at=clock.now()) else "was free"
            part = PRICE if kind == 0 else PRICE // 2
            done = capture_hold(key=f"{name}:{hold}:{kind}", hold=hold, at=clock.now(), amount=part)
        except (HoldOver, KeyReused):
            return "over"
        return "captured again" if done.is_replay else f"captured {part}"

    settled = race(pool, min(clients, places * 6), settle)
    told.outcomes += settled
    wallet.refresh_from_db()
    spent = settled[f"captured {PRICE}"] * PRICE + settled[f"captured {PRICE // 2}"] * (PRICE // 2)
    if (wallet.active, wallet.held) != (places * PRICE - spent, 0):
        told.faults.append(f"seed {seed}: spent {spent} of {places * PRICE}, {wallet.active} left, {settled}")


def wallet_holds(wallet_id: int) -> list[uuid.UUID]:
    return list(Hold.objects.filter(wallet=wallet_id).order_by("pk").values_list("uuid", flat=True))


def make_race() -> Round:
    return run_round


def check() -> list[str]:
    return [str(one) for one in check_books()]
